import type { DrillReport } from './drill-report.ts';
import { longTime } from './long-time.ts';

/** What a drill found, a line each, for journal, terminal and the readable report. */
export function reportLines(report: DrillReport): string[] {
  return [
    ...report.parts.map(
      ({ result, id, detail, stageMs }) =>
        `${result.padEnd(10)}  ${id}: ${detail}${stageMs > 0 ? ` (restored in ${longTime(stageMs)})` : ''}`,
    ),
    ...report.canaries.map(canaryLine),
    ...report.notProven.map((line) => `not proven  ${line}`),
    ...report.leftovers.map((line) => `left over   ${line}`),
    ...(report.restoreMs === null
      ? []
      : [`restore     staging and checking took ${longTime(report.restoreMs)}; ${NOT_MEASURED}`]),
  ];
}

const NOT_MEASURED = 'stopping, switching over and starting the system come on top';

function canaryLine({ name, of, result, wanted, answer, detail }: DrillReport['canaries'][number]): string {
  const said = result === 'not asked' ? 'not asked' : `answered ${answer ?? 'nothing'}, wanted ${wanted}`;
  return `${result.padEnd(10)}  canary ${name} of ${of}: ${said}${detail === undefined ? '' : `: ${detail}`}`;
}
