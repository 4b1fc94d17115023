import { LifeboatError } from '#platform/errors.ts';
import { mariadbServer } from '#settings/mariadb-server.ts';
import { scheduleOf } from '#settings/scheduler-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { checkScratch } from '#sources/mariadb/scratch/check-scratch.ts';
import type { Finding, SourceReport } from '#sources/source.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { scratchFolder } from './scratch-folder.ts';

/**
 * LB-11: could a drill be made, where one is planned: rights on scratch databases, the scratch folder. Undefined where
 * none is. Findings are warnings: a backup can run all the same. A SQL Server's sysadmin is asked for with its source.
 */
export async function checkDrill(
  { settings, state }: ComposedSystem,
  signal: AbortSignal,
): Promise<SourceReport | undefined> {
  if (!isPlanned(settings)) return undefined;
  const findings: Finding[] = await findingsOf(async () => {
    await scratchFolder(settings, state);
    return [];
  });
  for (const section of settings.mariadb) {
    findings.push(
      ...(await findingsOf(() => checkScratch(mariadbServer(section), section.databases, signal))),
    );
  }
  const warnings = findings.map((finding): Finding => ({ ...finding, level: 'warning' }));
  return { source: 'a restore drill', bytes: 0, findings: warnings };
}

function isPlanned({ drill, canaries }: Settings): boolean {
  return scheduleOf(drill).frequency !== 'Not Use' || canaries.length > 0 || drill.folder !== undefined;
}

/** A question whose error is the finding. */
async function findingsOf(question: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await question();
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const { message, hint } = error;
    return [{ level: 'warning', message, ...(hint === undefined ? {} : { hint }) }];
  }
}
