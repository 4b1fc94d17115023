import { openArchive } from '#archive/open-archive.ts';
import type { Destination, StoredFile } from '#destinations/destination.ts';
import { type ErrorCode, LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { parseSummary, type Summary } from './summary.ts';
import { summaryOf } from './summary-of.ts';

/** One archive file of a destination, with what is known of it. */
export interface CatalogEntry {
  file: StoredFile;
  /** Undefined if the archive cannot be read: it is shown, never counted, never deleted by itself. */
  summary: Summary | undefined;
  /** Why it cannot be read. */
  unreadable?: string;
  unreadableCode?: ErrorCode;
  /** True if the file no longer has the name it was published under: left alone by retention (FD-19). */
  renamed: boolean;
}

/**
 * Every archive in a destination, oldest first by start time, then number; unreadable ones last. A summary
 * is believed while the file has the size it names; otherwise, and if there is none, the manifest inside
 * the archive is read and the summary written again where that is possible (not on a full disk or on one
 * that may only be read). One file that cannot be read never hides the others.
 */
export async function listArchives(destination: Destination, signal: AbortSignal): Promise<CatalogEntry[]> {
  const entries: CatalogEntry[] = [];
  for (const file of await destination.list(signal)) {
    signal.throwIfAborted();
    entries.push(await describe(destination, file, signal));
  }
  return entries.sort(byStart);
}

async function describe(
  destination: Destination,
  file: StoredFile,
  signal: AbortSignal,
): Promise<CatalogEntry> {
  const note = await destination.readNote(file.name);
  const known = note === undefined ? undefined : parseSummary(note);
  if (known !== undefined && known.bytes === file.bytes) {
    return { file, summary: known, renamed: known.name !== file.name };
  }
  try {
    const summary = await rebuildSummary(destination, file, signal);
    await keepSummary(destination, file.name, summary);
    return { file, summary, renamed: summary.name !== file.name };
  } catch (error) {
    if (signal.aborted) throw error;
    if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
    const unreadableCode = error instanceof LifeboatError ? error.code : 'read-failed';
    return { file, summary: undefined, unreadable: (error as Error).message, unreadableCode, renamed: false };
  }
}

/** Spares the next reader the work; without it nothing is lost but time. */
async function keepSummary(destination: Destination, name: string, summary: Summary): Promise<void> {
  try {
    await destination.writeNote(name, JSON.stringify(summary, undefined, 2));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
}

async function rebuildSummary(
  destination: Destination,
  file: StoredFile,
  signal: AbortSignal,
): Promise<Summary> {
  await using archive = await openArchive(await destination.open(file.name), signal);
  return summaryOf(archive.manifest, file);
}

function byStart(a: CatalogEntry, b: CatalogEntry): number {
  if (a.summary === undefined || b.summary === undefined) {
    return Number(a.summary === undefined) - Number(b.summary === undefined);
  }
  return (
    Temporal.Instant.compare(a.summary.startedAt, b.summary.startedAt) || a.summary.number - b.summary.number
  );
}
