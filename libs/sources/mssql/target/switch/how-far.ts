import type { Connection } from '../../connection.ts';
import { readPrincipals } from '../read-principals.ts';
import { findDatabases, isRestored } from './find-databases.ts';
import type { PlainState, SwitchedDatabase } from './switch-state.ts';

export type HowFar = 'before' | 'between' | 'after';

/** How far a switch-over has come: nothing of it, all of it, or something between. Changes nothing. */
export async function howFar(
  connection: Connection,
  state: PlainState,
  signal: AbortSignal,
): Promise<HowFar> {
  const principals = await readPrincipals(connection, signal);
  const made = state.createdLogins.filter(({ name }) => principals.some((one) => one.name === name)).length;
  const steps: HowFar[] = [];
  for (const database of state.databases) steps.push(await placeOf(connection, database, signal));
  if (made === 0 && steps.every((step) => step === 'before')) return 'before';
  // A Windows account that is not known here is not made, so not all need be there.
  return steps.every((step) => step === 'after') ? 'after' : 'between';
}

async function placeOf(connection: Connection, o: SwitchedDatabase, signal: AbortSignal): Promise<HowFar> {
  const found = await findDatabases(connection, o, signal);
  const outIsDone = o.live === undefined || found.old !== undefined || (o.mayDrop && isRestored(o, found));
  const inIsDone = o.stagedId === undefined ? found.live === undefined : isRestored(o, found);
  if (outIsDone && inIsDone) return 'after';
  const { live, old } = found;
  const stands = o.live === undefined ? live === undefined : live !== undefined && !isRestored(o, found);
  return stands && old === undefined && (live?.access ?? '') === (o.live?.access ?? '')
    ? 'before'
    : 'between';
}
