import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import type { Clock } from '#platform/clock.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type { DrillReport } from './drill-report.ts';
import { readReports } from './read-reports.ts';
import { reportText } from './report-text.ts';
import { reportsFolder } from './reports-folder.ts';

/** Writes a report as JSON and as text, private, and removes those of the system beyond the number that is kept. */
export async function saveReport(
  stateFolder: string,
  report: DrillReport,
  { clock, limits }: { clock: Clock; limits: { keepReports: number } },
): Promise<void> {
  const folder = await privateFolder(reportsFolder(stateFolder));
  await writeFileAtomic(join(folder, `${report.run}.txt`), reportText(report, clock.zone()));
  await writeFileAtomic(join(folder, `${report.run}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  const known = await readReports(stateFolder, report.system.id);
  for (const { run } of known.slice(limits.keepReports)) {
    for (const ending of ['json', 'txt']) await rm(join(folder, `${run}.${ending}`), { force: true });
  }
}
