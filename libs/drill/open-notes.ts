import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { ChosenArchive, DrillParts } from './drill-parts.ts';
import type { DrillCanary, DrillPart, DrillReport } from './drill-report.ts';
import { reportsFolder } from './read-reports.ts';
import { type Failure, redError } from './red-error.ts';
import { reportMessage } from './report-message.ts';
import type { DrillEnd } from './with-report.ts';

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
  const { clock, system, host, program } = parts;
  const startedAt = clock.now();
  const begin = clock.elapsed();
  const run = `${startedAt.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
  const failures: Failure[] = [];
  const found: Pick<DrillReport, 'parts' | 'canaries' | 'notProven' | 'leftovers'> = {
    parts: [],
    canaries: [],
    notProven: [],
    leftovers: [],
  };
  let archive: DrillReport['archive'] = null;
  let components: readonly ComponentRecord[] = [];
  const times = { verify: 0, check: 0 };
  return {
    run,
    canaries: found.canaries,
    chosen({ name, bytes }) {
      archive = { name, bytes };
    },
    opened({ manifest }) {
      components = manifest.components;
      archive = { name: '', bytes: 0, ...archive, takenAt: manifest.takenAt };
    },
    part({ id, kind, bytes, rows }, { result, detail, stageMs = 0 }) {
      const counted = rows === undefined ? {} : { rows };
      found.parts.push({ id, kind, bytes, ...counted, result, detail, stageMs: Math.round(stageMs) });
    },
    canary: (canary) => void found.canaries.push(canary),
    notProven: (line) => void found.notProven.push(line),
    leftover: (line) => void found.leftovers.push(line),
    failed: (what, error) => void failures.push({ what, error }),
    verified(ms) {
      times.verify += ms;
    },
    checked(ms) {
      times.check += ms;
    },
    red: (last) => redError(failures, join(reportsFolder(parts.stateFolder), `${run}.txt`), last),
    report({ result, error }) {
      const durationMs = Math.round(clock.elapsed() - begin);
      const staged = found.parts.reduce((sum, { stageMs }) => sum + stageMs, 0);
      const restoreMs = result === 'green' ? staged + Math.round(times.check) : null;
      const known = error instanceof LifeboatError && result === 'red' ? error : undefined;
      return {
        version: 1,
        run,
        system,
        host,
        program,
        startedAt: startedAt.toString(),
        durationMs,
        result,
        message: reportMessage({ ...found, archive, restoreMs }, { result, error }),
        ...(known && { code: known.code }),
        ...(known?.hint !== undefined && { hint: known.hint }),
        archive,
        ...found,
        parts: [...found.parts, ...untried(components, found.parts)],
        restoreMs,
        verifyMs: Math.round(times.verify),
      };
    },
  };
}

function untried(components: readonly ComponentRecord[], tried: readonly DrillPart[]): DrillPart[] {
  return components
    .filter(({ id }) => !tried.some((part) => part.id === id))
    .map(({ id, kind, bytes }) => ({
      id,
      kind,
      bytes,
      result: 'not proven',
      detail: 'the drill ended before it came to it',
      stageMs: 0,
    }));
}
