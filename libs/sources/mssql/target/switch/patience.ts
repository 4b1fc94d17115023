import type { MssqlServer } from '../../connection.ts';

/** How long others may be in the way, and how long a statement may stand still. Milliseconds. */
export interface Patience {
  server: MssqlServer;
  stallMs: number;
  /** For sessions that take a database again as soon as they are put out of it. */
  retryMs: number;
  signal: AbortSignal;
}
