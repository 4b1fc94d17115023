import { lstat } from 'node:fs/promises';
import { goBackCommand, removeFilesCommand } from '../exchange/go-back-command.ts';
import { lookAtFile } from '../exchange/look-at-file.ts';
import { parseState } from '../exchange/parse-state.ts';
import { type PlaceState, placeState, wayBack } from '../exchange/place-state.ts';
import { refuseHalfway } from '../exchange/refuse-halfway.ts';
import { reverseFile } from '../exchange/reverse-file.ts';
import { isThere } from '../is-there.ts';
import type { KeptState, SwitchedTarget, SwitchRecord } from '../restore-target.ts';
import { COMPANIONS, removeDatabase } from './database-files.ts';
import { exchangeDatabase } from './exchange-database.ts';

const LOCK_WAIT_MS = 5000;

/**
 * An SQLite database that a restore was about to switch over, from its record alone. Going back refuses while a
 * program has it open (`target-in-use`). `lockWaitMs`: how long another program's lock is waited for; 5 seconds.
 */
export function switchedSqlite(
  record: SwitchRecord,
  { lockWaitMs = LOCK_WAIT_MS }: { lockWaitMs?: number } = {},
): SwitchedTarget {
  const state = parseState(placeState, record);
  return {
    id: record.target,
    look: () => lookAtFile(state),
    goBack: (log, signal) => exchangeDatabase(wayBack(state), log, { waitMs: lockWaitMs, signal }),
    reverse: async () => ({ ...record, state: await reverseFile(state) }),
    async forget() {
      await refuseHalfway(state);
      for (const place of [state.staged, state.old]) await removeDatabase(place);
    },
    kept: async () => [await keptOf(state)],
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function keptOf(state: PlaceState): Promise<KeptState> {
  const { component, live, old } = state;
  let bytes = 0;
  for (const ending of ['', ...COMPANIONS]) {
    if (await isThere(old + ending)) bytes += (await lstat(old + ending)).size;
  }
  const place = (await isThere(old)) ? old : `there was nothing at ${live}`;
  return { component, place, bytes, goBack: await waysBack(state) };
}

/** What the new file made beside itself must go first, or it would be replayed over the old one. */
async function waysBack({ live, old }: PlaceState): Promise<string[]> {
  const beside = COMPANIONS.map((ending) => live + ending);
  const commands = (await isThere(old))
    ? [removeFilesCommand(beside), goBackCommand(live, old)]
    : [removeFilesCommand([live, ...beside])];
  for (const ending of COMPANIONS) {
    if (await isThere(old + ending)) commands.push(goBackCommand(live + ending, old + ending));
  }
  return commands;
}
