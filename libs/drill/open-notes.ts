import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import type { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { buildReport, type Found } from './build-report.ts';
import type { DrillEnd } from './drill-end.ts';
import type { ChosenArchive, DrillParts } from './drill-parts.ts';
import type { DrillCanary, DrillPart, DrillReport } from './drill-report.ts';
import { type Failure, redError } from './red-error.ts';
import { reportsFolder } from './reports-folder.ts';

/** What a drill finds, while it goes on. */
export interface DrillNotes {
  readonly run: string;
  readonly canaries: readonly DrillCanary[];
  chosen(archive: ChosenArchive): void;
  opened(archive: ArchiveReader): void;
  part(component: ComponentRecord, found: Pick<DrillPart, 'result' | 'detail'> & { stageMs?: number }): void;
  canary(found: DrillCanary): void;
  notProven(line: string): void;
  leftover(line: string): void;
  /** Something is wrong, with a component or beside them; the drill is red and goes on. */
  failed(what: string, error: unknown): void;
  verified(ms: number): void;
  checked(ms: number): void;
  /** What makes it red: all that has failed, and `last`, which ended it. Undefined if nothing has. */
  red(last?: LifeboatError): LifeboatError | undefined;
  report(end: DrillEnd): DrillReport;
}

export function openNotes(parts: DrillParts): DrillNotes {
  const { clock, stateFolder } = parts;
  const startedAt = clock.now().toString();
  const begin = clock.elapsed();
  const run = runName(clock.now());
  const failures: Failure[] = [];
  const found = nothingFound(run, startedAt);
  return {
    run,
    canaries: found.canaries,
    chosen({ name, bytes }) {
      found.archive = { name, bytes };
    },
    opened({ manifest: { components, takenAt } }) {
      found.components = components;
      found.archive = { name: '', bytes: 0, ...found.archive, takenAt };
    },
    part({ id, kind, bytes, rows }, { stageMs = 0, ...how }) {
      const counted = rows === undefined ? {} : { rows };
      found.parts.push({ id, kind, bytes, ...counted, ...how, stageMs: Math.round(stageMs) });
    },
    canary: (canary) => void found.canaries.push(canary),
    notProven: (line) => void found.notProven.push(line),
    leftover: (line) => void found.leftovers.push(line),
    failed: (what, error) => void failures.push({ what, error }),
    verified(ms) {
      found.verifyMs += ms;
    },
    checked(ms) {
      found.checkMs += ms;
    },
    red: (last) => redError(failures, join(reportsFolder(stateFolder), `${run}.txt`), last),
    report: (end) => buildReport(found, parts, { ...end, durationMs: clock.elapsed() - begin }),
  };
}

function nothingFound(run: string, startedAt: string): Found {
  const lists = { components: [], parts: [], canaries: [], notProven: [], leftovers: [] };
  return { run, startedAt, archive: null, ...lists, verifyMs: 0, checkMs: 0 };
}

/** Their order as names is that of time. */
function runName(now: Temporal.Instant): string {
  const at = now.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '');
  return `${at}-${randomBytes(3).toString('hex')}`;
}
