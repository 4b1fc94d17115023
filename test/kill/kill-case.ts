import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { differences } from '../engines/mariadb/switch-case.ts';
import { type KillSystem, killSystem } from './kill-system.ts';
import { leftovers } from './leftovers.ts';
import type { Seen } from './moment.ts';
import { runClean } from './run-clean.ts';
import type { Standing } from './standing-of.ts';
import { stateOf } from './state-of.ts';

export interface KillCase extends AsyncDisposable {
  readonly system: KillSystem;
  /** Words of a whole restore. */
  readonly apply: readonly string[];
  /** What clean runs did. */
  readonly seen: Record<'restore' | 'undo', Seen>;
  /** What of a system in this standing is not as it was the first time; a line each. */
  wrongIn(standing: Standing): Promise<string[]>;
}

/** Makes a system, restores it, undoes that and undoes the undo: so it must be in each standing ever after. */
export async function killCase(): Promise<KillCase> {
  await using made = new AsyncDisposableStack();
  const system = made.use(await killSystem());
  const apply = ['apply', system.archive, '--yes', '--replace-accounts', '--global-accounts'];
  const old = await stateOf(system);
  const restore = await runClean(system, apply);
  const restored = await stateOf(system);
  requireArchived(restored, system.saved);
  const oldKept = await keptNames(system);
  await runClean(system, ['undo']);
  const restoredKept = await keptNames(system);
  const undo = await runClean(system, ['undo']);
  const wanted: Record<Standing, { state: readonly string[]; names: readonly string[] }> = {
    'old alone': { state: old, names: [] },
    'restored, old kept': { state: restored, names: oldKept },
    'old, restored kept': { state: old, names: restoredKept },
  };
  const all = made.move();
  return {
    system,
    apply,
    seen: { restore, undo },
    async wrongIn(standing) {
      const { state, names } = wanted[standing];
      const found = names.length === 0 ? await leftovers(system) : await keptNames(system);
      return [
        ...differences(await stateOf(system), state),
        ...differences(found, names).map((line) => `beside it: ${line}`),
      ];
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The restored state must be the archived one, but for what no archive has, and times to the last nanoseconds. */
function requireArchived(restored: readonly string[], saved: readonly string[]): void {
  const plain = (state: readonly string[]): string[] =>
    state
      .map((line) => line.replace(/^(\.\/.* \d{12})\d{7}$/, '$1'))
      .filter((line) => !/\bother[.`]|^other:/.test(line));
  const wrong = differences(plain(restored), plain(saved));
  if (wrong.length > 0) throw new Error(`the restored state is not the archived one:\n${wrong.join('\n')}`);
}

/** Without the names of runs. Files of the state folder that go with what is kept are there, or not, run by run. */
async function keptNames(system: KillSystem): Promise<string[]> {
  const { logs } = await listRestoreLogs(system.state);
  const names = (await leftovers(system)).filter((name) => !/: restores\/\.?mariadb-/.test(name));
  return names.map((name) => logs.reduce((text, { run }) => text.replaceAll(run, 'RUN'), name)).sort();
}
