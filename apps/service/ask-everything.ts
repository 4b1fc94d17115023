import { LifeboatError } from '#platform/errors.ts';
import type { SourceReport } from '#sources/source.ts';
import { checkRestore } from './check-restore.ts';
import type { ComposedSystem } from './compose.ts';

/** LB-11: could a backup run now, and could its newest archive be restored? One report for each part; changes nothing. */
export async function askEverything(system: ComposedSystem, signal: AbortSignal): Promise<SourceReport[]> {
  let version: string | undefined;
  const reports = [
    await reportOf("the system's version", async () => {
      version = await system.backup(() => undefined).system.readVersion(signal);
    }),
    await reportOf(`the backup path ${system.destination.place}`, () => system.destination.check(0, signal)),
  ];
  for (const source of system.sources) reports.push(await source.check(signal));
  const placeIsReady = reports[1]?.findings.length === 0;
  if (placeIsReady) reports.push(await checkRestore(system, version, signal));
  return reports;
}

/** A question whose error is the finding. */
async function reportOf(source: string, question: () => Promise<unknown>): Promise<SourceReport> {
  try {
    await question();
    return { source, bytes: 0, findings: [] };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return { source, bytes: 0, findings: [{ level: 'problem', message: error.message, ...hint }] };
  }
}
