import type { Connection } from '../../connect.ts';
import { accountNames } from '../objects/account-names.ts';
import { keyName } from '../objects/key-statements.ts';
import { type ObjectKind, objectKey } from '../objects/object-key.ts';
import { type Look, lookAt } from './look-at.ts';
import type { PlainState, SwitchedDatabase } from './switch-state.ts';

/** How far a switch-over has come: nothing of it, all of it, or something between. Changes nothing. */
export async function howFar(
  connection: Connection,
  state: PlainState,
): Promise<'before' | 'between' | 'after'> {
  const look = await lookAt(connection, state);
  const accounts = await accountNames(connection);
  const made = state.createdAccounts.filter(({ name }) => accounts.has(name)).length;
  const keys = new Set(look.inwardKeys.map(keyName));
  const keysAreThere = state.inwardKeys.every((key) => keys.has(keyName(key)));
  const all = (is: typeof isBefore) => state.databases.every((database) => is(database, look));
  if (made === 0 && keysAreThere && all(isBefore)) return 'before';
  if (made === state.createdAccounts.length && all(isAfter)) return 'after';
  return 'between';
}

function isBefore(o: SwitchedDatabase, look: Look): boolean {
  const now = look.live(o);
  const { moved, out, fromAside, untouched } = look.of(o);
  const { live } = o;
  if (live === undefined || now === undefined) return live === now;
  const stands = (kind: ObjectKind, objects: readonly { name: string; type?: string }[]) =>
    objects.every(({ name, type }) => untouched.has(objectKey(kind, name, type)));
  return (
    !moved &&
    out.length + fromAside.length === 0 &&
    live.collation === now.collation &&
    live.foreignKeys.every((key) => untouched.has(keyName(key))) &&
    stands('view', live.views) &&
    stands('routine', live.routines) &&
    stands('trigger', live.triggers) &&
    stands('event', live.events)
  );
}

/** A server may have dropped events whose time has passed, so what is there is not counted. */
function isAfter(o: SwitchedDatabase, look: Look): boolean {
  const { moved, out, staged } = look.of(o);
  const old = o.live?.tables ?? [];
  const arrived = moved ? out.length === old.length : old.length + o.brings.tables.length === 0;
  return look.complete && arrived && staged.length === 0;
}
