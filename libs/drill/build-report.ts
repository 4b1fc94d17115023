import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { DrillEnd } from './drill-end.ts';
import type { DrillParts } from './drill-parts.ts';
import type { DrillCanary, DrillPart, DrillReport } from './drill-report.ts';
import { reportMessage } from './report-message.ts';

/** What a drill has found so far. */
export interface Found {
  run: string;
  startedAt: string;
  archive: DrillReport['archive'];
  /** All that the archive holds. */
  components: readonly ComponentRecord[];
  parts: DrillPart[];
  canaries: DrillCanary[];
  notProven: string[];
  leftovers: string[];
  verifyMs: number;
  checkMs: number;
}

/** The report of a drill that has ended. Components that it did not come to are in it as not proven. */
export function buildReport(
  found: Found,
  { system, host, program }: Pick<DrillParts, 'system' | 'host' | 'program'>,
  { result, error, durationMs }: DrillEnd & { durationMs: number },
): DrillReport {
  const { run, startedAt, archive, canaries, notProven, leftovers, checkMs, verifyMs } = found;
  const staged = found.parts.reduce((sum, { stageMs }) => sum + stageMs, 0);
  const restoreMs = result === 'green' ? staged + Math.round(checkMs) : null;
  const red = error instanceof LifeboatError && result === 'red' ? error : undefined;
  return {
    version: 1,
    ...{ run, system, host, program, startedAt },
    durationMs: Math.round(durationMs),
    result,
    message: reportMessage({ parts: found.parts, canaries, archive, restoreMs }, { result, error }),
    ...(red && { code: red.code }),
    ...(red?.hint !== undefined && { hint: red.hint }),
    archive,
    parts: [...found.parts, ...untried(found)],
    ...{ canaries, notProven, leftovers, restoreMs },
    verifyMs: Math.round(verifyMs),
  };
}

function untried({ components, parts }: Found): DrillPart[] {
  return components
    .filter(({ id }) => !parts.some((part) => part.id === id))
    .map(({ id, kind, bytes }) => ({
      ...{ id, kind, bytes, stageMs: 0 },
      result: 'not proven',
      detail: 'the drill ended before it came to it',
    }));
}
