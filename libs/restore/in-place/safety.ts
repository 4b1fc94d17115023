import type { ArchiveReader } from '#archive/archive.ts';
import type { TargetWork } from '../restore-parts.ts';

/** What is live, saved and read back before any of it is deleted. */
export interface Safety {
  /** Absolute path of the archive. */
  archive: string;
  /** Components that were too damaged to be read: where their raw files were copied, and no way back by itself. */
  raw: { ids: string[]; place: string }[];
  /** Opens the archive with the targets by which it brings back what it holds. */
  open(signal: AbortSignal): Promise<OpenSafety>;
}

/** Dispose closes the archive and drops what was staged of it. */
export interface OpenSafety extends AsyncDisposable {
  archive: ArchiveReader;
  targets: readonly TargetWork[];
}
