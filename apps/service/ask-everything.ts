import { LifeboatError } from '#platform/errors.ts';
import type { SourceReport } from '#sources/source.ts';
import { checkRestore } from './check-restore.ts';
import type { ComposedSystem } from './compose/composed-system.ts';
import { checkDrill } from './drill/check-drill.ts';
import { readCopies } from './status/read-copies.ts';
import { readExposures } from './status/read-exposures.ts';
import { readPlace } from './status/read-place.ts';
import { riskText } from './status/risk-text.ts';

/** LB-11: could a backup run now, and could its newest archive be restored? One report for each part; changes nothing. */
export async function askEverything(system: ComposedSystem, signal: AbortSignal): Promise<SourceReport[]> {
  let version: string | undefined;
  const reports = [
    await reportOf("the system's version", async () => {
      version = await system.backup(() => undefined).system.readVersion(signal);
    }),
    await reportOf(`the backup path ${system.destination.place}`, () => system.destination.check(0, signal)),
  ];
  reports.push(await askSecond(system, signal));
  reports.push(...(await askExposures(system)));
  const { walls } = system;
  if (walls !== undefined) reports.push(await reportOf("the tenant's walls", () => walls(signal)));
  for (const source of system.sources) reports.push(await source.check(signal));
  const placeIsReady = reports[1]?.findings.length === 0;
  if (placeIsReady) reports.push(await checkRestore(system, version, signal));
  const drill = await checkDrill(system, signal);
  if (drill !== undefined) reports.push(drill);
  return reports;
}

/** TN-12: without a second place, or with one that is lost together with the first, a backup can run all the same. */
async function askSecond(
  { id, destination, second }: ComposedSystem,
  signal: AbortSignal,
): Promise<SourceReport> {
  const source =
    second === undefined ? 'a second place' : `the second backup path ${second.destination.place}`;
  // Of a first place that cannot be looked at the report before this one tells.
  const first = await readPlace({ destination }, signal);
  const { risks } = await readCopies({ id, destination, second }, first, signal);
  const findings = risks.map((risk) => ({
    level: risk.code === 'second-unusable' ? ('problem' as const) : ('warning' as const),
    ...riskText(risk),
  }));
  return { source, bytes: 0, findings };
}

/** One report for each folder that lets others in; a backup can run all the same. */
async function askExposures(system: ComposedSystem): Promise<SourceReport[]> {
  return (await readExposures(system)).map((exposure) => ({
    source: `the access rights of ${exposure.place}`,
    bytes: 0,
    findings: [{ level: 'warning', ...riskText(exposure) }],
  }));
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
