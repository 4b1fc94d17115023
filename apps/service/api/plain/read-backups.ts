import type { Clock } from '#platform/clock.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { backupValues } from '#settings/backup-values.ts';
import { type DescribedArchive, describeArchives } from '../../archives/describe-archives.ts';
import { readStatus, type Status } from '../../status/read-status.ts';
import type { ServedSystem } from '../served-system.ts';

/** What TN-04 shows: the list and the settings. */
export interface PlainBackups {
  system: string;
  values: Record<string, string | undefined>;
  archives: DescribedArchive[];
  status: Status | undefined;
  running: boolean;
  /** TN-10: why list and status are not to be had, the settings are all the same. */
  problem: { code: string; message: string; hint?: string | undefined } | undefined;
}

export async function readBackups(
  served: ServedSystem,
  context: { clock: Clock; signal: AbortSignal },
): Promise<PlainBackups> {
  const system = await served.compose();
  const { name } = system.settings.system;
  const known = {
    system: name,
    values: backupValues(system.settings.backup),
    running: served.runs.current() !== undefined,
  };
  try {
    const archives = await describeArchives(system, context.signal);
    return { ...known, archives, status: await readStatus(system, context), problem: undefined };
  } catch (error) {
    if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
    const { message } = error as Error;
    const { code, hint } = error instanceof LifeboatError ? error : { code: 'read-failed', hint: undefined };
    return { ...known, archives: [], status: undefined, problem: { code, message, hint } };
  }
}
