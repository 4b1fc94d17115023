import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import prettyBytes from 'pretty-bytes';
import type { Clock } from '#platform/clock.ts';
import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import { takeLocks } from '#restore/around/take-locks.ts';
import { listKept } from '#restore/kept/list-kept.ts';
import { refuseOpenRestore } from '#restore/refuse-open-restore.ts';
import type { SystemParts } from '#restore/transaction.ts';
import type { TargetReport } from '#sources/restore-target.ts';
import type { Finding } from '#sources/source.ts';

/**
 * What is to be known of a restore beside its places: one that was cut off before, what earlier ones keep, whether the
 * system is kept from starting meanwhile, and a log that would move with what it is about.
 */
export async function aroundFindings(
  { state, systemId, around }: { state: string; systemId: string; around: SystemParts },
  reports: readonly TargetReport[],
  clock: Clock,
): Promise<Finding[]> {
  return [
    ...(await openFindings(state, systemId, clock)),
    ...(await keptFindings(state, systemId, clock)),
    ...barrierFindings(around),
    ...reports.flatMap(({ components }) => components).flatMap((component) => stateInside(state, component)),
  ];
}

/** Where one seems to be open it is looked at again under the lock: one that is at work was not cut off. */
async function openFindings(state: string, systemId: string, clock: Clock): Promise<Finding[]> {
  const refuse = () => refuseOpenRestore(state, systemId);
  if ((await findingOf(refuse)).length === 0) return [];
  return await findingOf(async () => {
    await using _locks = await takeLocks([systemId], { stateFolder: state, clock });
    await refuse();
  });
}

async function findingOf(refuse: () => Promise<void>): Promise<Finding[]> {
  try {
    await refuse();
    return [];
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    const { code, hint } = error;
    // A plan changes nothing, and who refuses it says so himself.
    const message = error.message.replace(/; nothing was changed$/, '');
    return [{ level: 'problem', code, message, ...(hint === undefined ? {} : { hint }) }];
  }
}

async function keptFindings(state: string, systemId: string, clock: Clock): Promise<Finding[]> {
  const kept = await listKept(state, systemId, clock.now());
  if (kept.length === 0) return [];
  const bytes = kept.reduce((sum, run) => sum + run.bytes, 0);
  const expired = kept.filter((run) => run.expired).length;
  return [
    {
      level: 'warning',
      message: `what ${counted(kept.length, 'earlier restore')} kept takes ${prettyBytes(bytes)}; the time of ${expired} is over`,
      hint: 'lifeboat-restore kept shows it, forget --expired deletes what is over',
    },
  ];
}

function barrierFindings({ keepStopped: { units, folder } }: SystemParts): Finding[] {
  if (process.platform === 'win32' || units.length === 0 || existsSync(folder)) return [];
  return [
    {
      level: 'warning',
      message: `the system is not kept from starting should the machine restart meanwhile: there is no ${folder}`,
      hint: 'see to it by hand that it does not start by itself',
    },
  ];
}

/** For a moment a folder is not where it was, and its log with it: nobody would find it after a kill. */
function stateInside(state: string, { id, place }: TargetReport['components'][number]): Finding[] {
  if (!id.startsWith('folder/')) return [];
  const below = relative(resolve(place), resolve(state));
  if (below.startsWith(`..${sep}`) || below === '..' || resolve(state) === below) return [];
  return [
    {
      level: 'problem',
      message: `the state folder ${state} lies inside ${place}, which is to be restored: after a kill nobody would find the log of the restore`,
      hint: 'name another folder with --state, or with the key "state" in [backup]',
    },
  ];
}
