import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import type { Outcome } from '#journal/outcome.ts';
import { recordRun } from '#journal/record-run.ts';
import type { RunResult } from '#journal/run-result.ts';
import type { Clock } from '#platform/clock.ts';
import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { locateArchive } from './locate-archive.ts';

export interface VerifyRun {
  clock: Clock;
  signal: AbortSignal;
  onProgress: OnProgress;
  stderr?: NodeJS.WritableStream;
}

/** Reads an archive back in full, by name or number, the newest without either, and records how it ended. */
export async function verifyNow(
  system: ComposedSystem,
  name: string | undefined,
  run: VerifyRun,
): Promise<Outcome> {
  const items: string[] = [];
  const outcome = await recordRun('verify', { ...run, ...system.recording }, async () => {
    const { entry, destination } = await locateArchive(system, name, run.signal);
    return await verifyOne(destination, entry, run, items);
  });
  return outcome.state === 'failed' ? { ...outcome, lines: [...items, ...outcome.lines] } : outcome;
}

async function verifyOne(
  destination: Destination,
  entry: CatalogEntry,
  { signal, clock, onProgress }: VerifyRun,
  items: string[],
): Promise<RunResult> {
  const { name } = entry.file;
  await using archive = await openArchive(await destination.open(name), signal);
  const report = await verifyArchive(archive, { signal, onProgress, depth: 'contents' });
  items.push(
    ...report.items.map((item) => `${item.result.padEnd(11)} ${item.item}  ${item.detail ?? ''}`.trimEnd()),
  );
  if (!report.good) {
    const wrong = report.items.filter((item) => item.result === 'problem');
    const problems = wrong.length;
    const why = wrong.map(({ item, detail }) => `${item}: ${detail ?? 'differs'}`).join('; ');
    throw new LifeboatError(
      'archive-damaged',
      `${name} is damaged: ${problems} of ${report.items.length} items differ: ${why}`,
      {
        hint: 'do not rely on it; make a new backup now and look at the disk it lies on',
        facts: { archive: name, problems, items: report.items.length },
      },
    );
  }
  if (entry.summary !== undefined) {
    const summary = { ...entry.summary, verifiedAt: clock.now().toString() };
    await destination.writeNote(name, JSON.stringify(summary, undefined, 2));
  }
  return {
    state: 'done',
    message: `${name} is whole: ${counted(report.items.length, 'item')}, every hash is right`,
    archive: name,
    facts: { archive: name, items: report.items.length },
    lines: items,
  };
}
