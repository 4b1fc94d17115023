import { join } from 'node:path';
import * as z from 'zod';
import { namesIn } from '#platform/names-in.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { type DrillReport, drillReport } from './drill-report.ts';
import { reportsFolder } from './reports-folder.ts';

/** `20260410T214500Z-3f9a1c.json`: their order is that of time. */
const REPORT = /^\d{8}T\d{6}Z-[0-9a-f]{6}\.json$/;

/** The reports of a system's drills, newest first; a file that is no report is passed over. */
export async function readReports(
  stateFolder: string,
  systemId: string,
  most = Number.POSITIVE_INFINITY,
): Promise<DrillReport[]> {
  const folder = reportsFolder(stateFolder);
  const names = (await namesIn(folder)).filter((name) => REPORT.test(name)).sort();
  const reports: DrillReport[] = [];
  for (const name of names.reverse()) {
    if (reports.length >= most) break;
    const report = parse(await readIfThere(join(folder, name)));
    if (report?.system.id === systemId) reports.push(report);
  }
  return reports;
}

function parse(text: string | undefined): DrillReport | undefined {
  if (text === undefined) return undefined;
  try {
    return drillReport.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
