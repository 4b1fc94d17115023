import { localTime } from '#platform/local-time.ts';
import { oneLine } from '#platform/one-line.ts';
import type { DrillReport } from './drill-report.ts';
import { longTime } from './long-time.ts';
import { reportLines } from './report-lines.ts';

/** The report as a person reads it; `zone` is the one that its times are in. */
export function reportText(report: DrillReport, zone: string): string {
  const at = localTime(Temporal.Instant.from(report.startedAt), zone);
  const archive = report.archive;
  const lines = [
    `RESTORE DRILL: ${report.result.toUpperCase()}`,
    '',
    `system    ${report.system.name} (${report.system.id})`,
    `machine   ${report.host}`,
    `program   ${report.program}`,
    `run       ${report.run}`,
    `began     ${at} (${zone})`,
    `took      ${longTime(report.durationMs)}, of these ${longTime(report.verifyMs)} to read and verify the archive`,
    `archive   ${archive === null ? 'none' : `${archive.name}, taken ${archive.takenAt ?? 'nobody knows when'}`}`,
    '',
    report.message,
    ...(report.hint === undefined ? [] : [`what to do: ${report.hint}`]),
    '',
    ...reportLines(report),
  ];
  return `${lines.map(oneLine).join('\n')}\n`;
}
