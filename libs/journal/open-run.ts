import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError } from '#platform/errors.ts';
import { lockFile } from '#platform/lock-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type { NewEntry } from './entry-of.ts';
import { historyEntry } from './history-entry.ts';
import { OPERATIONS, type Operation, type Outcome, outcomeSchema } from './outcome.ts';

/** What the state folder knows of a run that has not been closed yet. */
export interface RunRecord {
  operation: Operation;
  startedAt: string;
  /** Undefined where the run is of no system: an extract. */
  system?: { id: string; name: string };
  /** How it ended, set down before journal and history are told, so that a crash between the two is made good. */
  ended?: RunEnded;
}

export interface RunEnded {
  outcome: Outcome;
  /** The line that ends it in the journal, with its time; none in a journal that is not verbose. */
  line?: string;
  entry?: NewEntry;
}

/** Held by the run itself while it lives, or by the one who closes it. */
export interface OpenRun {
  readonly record: RunRecord;
  ended(end: RunEnded): Promise<void>;
  /** Removes the record: everything is told. */
  forget(): Promise<void>;
  /** Lets go of a record that somebody has to close later. */
  leave(): void;
}

export const runRecord = z.object({
  operation: z.enum(OPERATIONS),
  startedAt: z.iso.datetime(),
  system: z.object({ id: z.string(), name: z.string() }).exactOptional(),
  ended: z
    .object({
      outcome: outcomeSchema,
      line: z.string().exactOptional(),
      entry: historyEntry.extend({ number: historyEntry.shape.number.optional() }).exactOptional(),
    })
    .exactOptional(),
});

/**
 * Sets down that a run has begun, in `<state>/open-runs`. A lock beside the record says that it lives; the
 * operating system frees it when the program dies, so a record without a held lock is one of a run that was cut off.
 */
export async function openRun(stateFolder: string, record: RunRecord): Promise<OpenRun> {
  const folder = await privateFolder(runsFolder(stateFolder));
  const started = Temporal.Instant.from(record.startedAt).epochMilliseconds;
  const base = join(folder, `${started}-${randomBytes(6).toString('hex')}`);
  const lock = await lockFile(`${base}.lock`);
  if (lock === undefined) throw new LifeboatError('state-unusable', `${base}.lock is held by somebody else`);
  const run = runIn(base, lock, record);
  try {
    await writeRecord(base, record);
    return run;
  } catch (error) {
    await run.forget();
    throw error;
  }
}

export function runsFolder(stateFolder: string): string {
  return join(stateFolder, 'open-runs');
}

/** The run of a record whose lock is held. */
export function runIn(base: string, lock: Disposable, opened: RunRecord): OpenRun {
  let record = opened;
  return {
    get record() {
      return record;
    },
    async ended(end) {
      record = { ...record, ended: end };
      await writeRecord(base, record);
    },
    async forget() {
      // In this order: a record never lies there without its lock held before everything is told.
      await rm(`${base}.json`, { force: true });
      lock[Symbol.dispose]();
      await rm(`${base}.lock`, { force: true });
    },
    leave: () => lock[Symbol.dispose](),
  };
}

async function writeRecord(base: string, record: RunRecord): Promise<void> {
  await writeFileAtomic(`${base}.json`, JSON.stringify(record, undefined, 2));
}
