import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SwitchRecord } from '#sources/restore-target.ts';
import { serverOf } from './backup-to-folder.ts';
import { never } from './restore-databases.ts';
import { differences, type SwitchCase, silent, switchCase } from './switch-case.ts';

/** Every so-manieth statement, of `before` and `after` not the same: LIFEBOAT_EVERY=1 takes three times as long. */
const EVERY = Number(process.env['LIFEBOAT_EVERY'] ?? 3);

let system: SwitchCase;
let old: string[];

beforeEach(async () => {
  system = await switchCase();
  old = await system.everything();
  await system.restore.prepare();
});

afterEach(async () => {
  await system[Symbol.asyncDispose]();
});

/** By the line that can be cut, with nobody else at work. */
function overLine(record: SwitchRecord): ReturnType<SwitchCase['switched']> {
  const address = { host: '127.0.0.1', port: system.line.port };
  return system.switched(record, { server: { ...serverOf(system.server), address } });
}

test.each([
  ['before', 0],
  ['after', Math.floor(EVERY / 2)],
] as const)(
  '[LB-01] killed %s the server did any statement of the switch-over: the record alone brings the exact old state back',
  async (when, first) => {
    for (let at = first; ; at += EVERY) {
      const record = await system.prepare();
      system.line.arm(at, when);
      const failure = await system.restore.switchOver().catch((error: unknown) => error);
      const statement = system.line.statements[at];
      if (!system.line.mend()) {
        expect(failure).toBeUndefined();
        expect(at, 'statements of a switch-over').toBeGreaterThan(50);
        expect(await system.switched(record).look(never)).toBe('after');
        break;
      }
      expect(failure, `${at} ${statement}`).toMatchObject({ code: 'rollback-failed' });
      const switched = system.switched(record);
      await switched.goBack(silent, never);
      expect(differences(await system.everything(), old), `${at} ${statement}`).toEqual([]);
      expect(await switched.look(never), `${at} ${statement}`).toBe('before');
    }
  },
  240_000,
);

test.each([
  ['before', 0],
  ['after', Math.floor(EVERY / 2)],
] as const)(
  '[LB-02] an undo killed %s any of its statements: repeated it ends in the exact old state, taken back in the exact new one',
  async (when, first) => {
    const { record, restored } = await system.switchOver();
    let repeats = when === 'before';
    for (let at = first; ; at += EVERY) {
      const undo = await system.switched(record).reverse(never);
      system.line.arm(at, when);
      const failure = await overLine(record)
        .goBack(silent, never)
        .catch((error: unknown) => error);
      const statement = system.line.statements[at];
      if (!system.line.mend()) {
        expect(failure).toBeUndefined();
        expect(at, 'statements of an undo').toBeGreaterThan(50);
        break;
      }
      expect(failure, `${at} ${statement}`).toMatchObject({ code: 'database-unreachable' });
      repeats = !repeats;
      if (repeats) {
        await system.switched(record).goBack(silent, never);
        expect(differences(await system.everything(), old), `${at} ${statement}`).toEqual([]);
      }
      await system.switched(undo).goBack(silent, never);
      expect(differences(await system.everything(), restored), `${at} ${statement}`).toEqual([]);
    }
    expect(differences(await system.everything(), old)).toEqual([]);
  },
  240_000,
);
