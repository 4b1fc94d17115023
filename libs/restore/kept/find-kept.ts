import { LifeboatError } from '#platform/errors.ts';
import { type KeptRun, listKept } from './list-kept.ts';

/** The run of that name whose old state is kept, or the newest. Throws `undo-impossible` if there is none. */
export async function findKept(
  stateFolder: string,
  systemId: string | undefined,
  name: string | undefined,
  now: Temporal.Instant,
): Promise<KeptRun> {
  const kept = await listKept(stateFolder, systemId, now);
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
