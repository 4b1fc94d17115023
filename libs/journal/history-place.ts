/** Where a history is kept: a destination of archives. */
export interface HistoryPlace {
  pathOf(name: string): string;
  readText(name: string, limit: number): Promise<string | undefined>;
  writeText(name: string, text: string): Promise<void>;
  setAside(name: string, asName: string): Promise<void>;
}
