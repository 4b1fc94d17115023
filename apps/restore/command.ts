import type { RestorePlaces } from './compose.ts';

/** What every command of the restore tool gets. */
export interface CommandContext extends RestorePlaces {
  json: boolean;
  quiet: boolean;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  signal: AbortSignal;
}
