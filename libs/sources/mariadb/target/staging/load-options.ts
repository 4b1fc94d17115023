/** How the rows of one table are brought into staging. */
export interface LoadOptions {
  signal: AbortSignal;
  /** Called with the number of bytes of text since the last call. */
  onBytes: (bytes: number) => void;
}
