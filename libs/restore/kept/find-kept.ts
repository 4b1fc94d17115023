import { LifeboatError } from '#platform/errors.ts';
import { isOfSystem, listRestoreLogs } from '../log/list-restore-logs.ts';
import { type KeptRun, listKept } from './list-kept.ts';

/**
 * The run of that name whose old state is kept, or the newest. Throws `undo-impossible` if there is none, or if the newest
 * restore was one in place: who asks for no run means that one, and an earlier one must not be undone in its place.
 */
export async function findKept(
  stateFolder: string,
  systemId: string | undefined,
  name: string | undefined,
  now: Temporal.Instant,
): Promise<KeptRun> {
  const kept = await listKept(stateFolder, systemId, now);
  if (name === undefined) await refuseInPlace(stateFolder, systemId, kept);
  const found = name === undefined ? kept.at(-1) : kept.find(({ run }) => run === name);
  if (found !== undefined) return found;
  const all = kept.map(({ run }) => run).join(', ');
  throw new LifeboatError(
    'undo-impossible',
    name === undefined
      ? 'no state from before a restore is kept'
      : `nothing is kept from before the run "${name}"`,
    { hint: all === '' ? 'lifeboat-restore kept shows what is kept' : `something is kept of: ${all}` },
  );
}

async function refuseInPlace(
  stateFolder: string,
  systemId: string | undefined,
  kept: readonly KeptRun[],
): Promise<void> {
  const { logs } = await listRestoreLogs(stateFolder);
  const newest = logs.findLast(
    (log) => log.ended?.how === 'done' && (systemId === undefined || isOfSystem(log, systemId)),
  );
  if (newest?.begin.operation !== 'in-place') return;
  const earlier = kept.at(-1);
  const hints = [
    ...(newest.safety === undefined
      ? []
      : [`to bring it back: lifeboat-restore apply ${newest.safety.archive}`]),
    ...(earlier === undefined ? [] : [`to undo the one before: lifeboat-restore undo ${earlier.run}`]),
  ];
  throw new LifeboatError(
    'undo-impossible',
    `the newest restore, ${newest.run}, was done in place, and nothing is kept of it but its safety archive; nothing was changed`,
    hints.length === 0 ? {} : { hint: hints.join('; ') },
  );
}
