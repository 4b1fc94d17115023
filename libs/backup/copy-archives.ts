import { inCalendarSlot } from '#catalog/in-calendar-slot.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import { type ErrorCode, LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { rateLimit } from '#platform/rate-limit.ts';
import type { BackupParts } from './backup-parts.ts';
import { copyArchive } from './copy-archive.ts';
import { lackingCopies } from './lacking-copies.ts';
import { pruneArchives } from './prune-archives.ts';
import type { SecondPlace } from './second-place.ts';

export interface Copied {
  place: string;
  /** Names that were copied. */
  names: string[];
  /** A line for each thing that was done or could not be. */
  lines: string[];
  /** Why the second place lacks an archive that belongs there; undefined if it has them all. */
  missing?: { why: string; code: ErrorCode; hint?: string };
}

/** Errors that are of one archive: the others can be copied all the same. */
const OF_ONE_ARCHIVE: readonly ErrorCode[] = ['archive-damaged', 'archive-cut', 'read-failed'];

/**
 * TN-12: brings the second place up to date: the newest good archives of the system, as many as are kept there, the
 * newest first, then those that are too many go. What an earlier run could not copy is so made up for. Never throws
 * for what the second place or a Stop does: the archive in the first place is good all the same. Call it under
 * the system's lock. Undefined where there is no second place.
 */
export async function copyArchives(
  parts: BackupParts,
  startedAt: Temporal.Instant,
  signal: AbortSignal,
): Promise<Copied | undefined> {
  const { second } = parts;
  if (second === undefined) return undefined;
  const copied: Copied = { place: second.destination.place, names: [], lines: [] };
  try {
    await copyInto(copied, parts, { ...second, startedAt }, signal);
  } catch (error) {
    noteMissing(copied, error, signal);
  }
  return copied;
}

async function copyInto(
  copied: Copied,
  parts: BackupParts,
  second: SecondPlace & { startedAt: Temporal.Instant },
  signal: AbortSignal,
): Promise<void> {
  const { destination: to, keep, startedAt } = second;
  const systemId = parts.system.id;
  await to.check(0, signal);
  await to.sweep(systemId);
  const there = await listArchives(to, signal);
  const lacking = lackingCopies(await listArchives(parts.destination, signal), there, { systemId, keep });
  const prune = async (archive: 'coming' | 'good'): Promise<void> => {
    const rules = { destination: to, retention: { keep }, keepAll: parts.keepAll };
    const { lines } = await pruneArchives(rules, { systemId, startedAt, archive }, signal);
    copied.lines.push(...lines.map((line) => `in ${to.place}: ${line}`));
  };
  if (lacking.length > 0 && parts.deleteOld === 'before') await prune('coming');
  await copyEach(copied, { lacking, there, to }, parts, signal);
  if (copied.missing === undefined) await prune('good');
}

async function copyEach(
  copied: Copied,
  {
    lacking,
    there,
    to,
  }: { lacking: CatalogEntry[][]; there: CatalogEntry[]; to: SecondPlace['destination'] },
  parts: BackupParts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, onProgress, ioLimit, destination: from } = parts;
  const limited = ioLimit === undefined ? undefined : () => rateLimit(ioLimit, clock);
  const how = { systemId: parts.system.id, clock, onProgress, limited };
  const replaceable = namesToReplace(there, parts.system.id);
  for (const files of lacking) {
    const names = files.map(({ file }) => file.name);
    try {
      refuseIfTaken(files, there, replaceable);
      await copyArchive({ files, from, to, replaceable }, how, signal);
      copied.names.push(...names);
      copied.lines.push(`copied ${names.join(' and ')} to ${to.place}, every hash is right`);
    } catch (error) {
      const isOfOne = error instanceof LifeboatError && OF_ONE_ARCHIVE.includes(error.code);
      if (signal.aborted || !isOfOne) throw error;
      noteMissing(copied, error, signal);
    }
  }
}

/** A calendar name goes on to the next archive there as it does here; whatever else has a name keeps it. */
function namesToReplace(there: readonly CatalogEntry[], systemId: string): ReadonlySet<string> {
  const own = there.filter((entry) => entry.summary?.systemId === systemId && inCalendarSlot(entry));
  return new Set(own.map(({ file }) => file.name));
}

/** Said before a byte is copied, since it would be said again after each backup. */
function refuseIfTaken(
  files: readonly CatalogEntry[],
  there: readonly CatalogEntry[],
  replaceable: ReadonlySet<string>,
): void {
  const names = new Set(files.map(({ file }) => file.name));
  const taken = there.find(({ file }) => names.has(file.name) && !replaceable.has(file.name));
  if (taken === undefined) return;
  throw new LifeboatError('archive-damaged', `${taken.file.name} lies there already and is another file`, {
    hint: 'look at it, and move it away if it is of no use',
  });
}

/** The first one is the newest archive's; the others are told in the lines. */
function noteMissing(copied: Copied, error: unknown, signal: AbortSignal): void {
  const known = error instanceof LifeboatError || systemErrorCode(error) !== undefined;
  if (!known && !signal.aborted) throw error;
  const why = signal.aborted ? 'stopped before its end' : (error as Error).message;
  const { code, hint } = whatWentWrong(error, signal);
  copied.lines.push(`the second backup path ${copied.place} lacks an archive: ${why}`);
  copied.missing ??= { why, code, ...(hint === undefined ? {} : { hint }) };
}

function whatWentWrong(
  error: unknown,
  { aborted }: AbortSignal,
): { code: ErrorCode; hint?: string | undefined } {
  if (aborted) return { code: 'interrupted' };
  return error instanceof LifeboatError ? error : { code: 'write-failed' };
}
