import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { folderSource } from '#sources/files/folder-source.ts';
import { folderTarget } from '#sources/files/folder-target.ts';
import { switchedFolder } from '#sources/files/switched-folder.ts';
import type { RestoreLog, SwitchRecord } from '#sources/restore-target.ts';
import { fixedClock, NEVER, rememberingLog, savedSet } from '../../../fakes/saved-set.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../fakes/temporary-folder.ts';
import { treeState } from '../../../fakes/tree-state.ts';

const how = { signal: NEVER, onBytes: () => undefined };

/** A folder that is a mount point, with a destination in it, whose live state is not the saved one. */
async function mounted(context: TestContext, folder: TemporaryFolder) {
  const root = folder.file('mount');
  mkdirSync(root);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', root]).status !== 0) {
    context.skip('mounting a file system is not allowed here');
  }
  const stack = new AsyncDisposableStack();
  stack.defer(() => void spawnSync('umount', [root]));
  mkdirSync(join(root, 'sub'));
  for (let number = 0; number < 50; number += 1) writeFileSync(join(root, `${number}`), `saved ${number}`);
  writeFileSync(join(root, 'sub/a'), 'saved');
  mkdirSync(join(root, 'backups'));
  writeFileSync(join(root, 'backups/an.zip'), 'the only archive');
  const neverInside = [join(root, 'backups')];
  const parts = { importance: 'normal' as const, exclude: [], workFolder: folder.file('work') };
  const source = folderSource({ name: 'data', path: root, neverInside, clock: fixedClock, ...parts });
  const set = stack.use(await savedSet(folder.path, [source]));
  writeFileSync(join(root, '7'), 'of today');
  writeFileSync(join(root, 'new'), 'of today');
  rmSync(join(root, 'sub'), { recursive: true });
  chmodSync(root, 0o750);
  const target = folderTarget({ component: set.records[0]!, path: root, runId: 'r', neverInside });
  return { root, set, target, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Times of the folder itself change with what is staged inside it. */
const stateOf = (root: string): string[] =>
  treeState(root).lines.filter((line) => !line.includes('.lifeboat-'));

/** Never returns from a step, as if the program had been killed there. */
function killedAt(step: number): RestoreLog & { reached: Promise<void> } {
  let steps = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const count = async (): Promise<void> => {
    steps += 1;
    if (steps !== step) return;
    resolve();
    await new Promise(() => undefined);
  };
  return { reached: promise, before: count, done: count };
}

test('[LB-01] a mount point is switched over by its contents, and back, and over again', async (context) => {
  await using folder = await temporaryFolder();
  await using here = await mounted(context, folder);
  const { root, set, target } = here;
  const old = stateOf(root);
  const report = await target.inspect(NEVER);
  expect(report.findings).toEqual([
    expect.objectContaining({ level: 'warning', message: expect.stringContaining('is a mount point') }),
  ]);
  await target.stage(set.records[0]!, set.archive, how);
  await target.check(NEVER);
  const record = JSON.parse(JSON.stringify(await target.prepare(NEVER))) as SwitchRecord;
  expect(stateOf(root)).toEqual(old);
  await target.switchOver(rememberingLog(), NEVER);
  const restored = stateOf(root);
  expect(restored).not.toEqual(old);
  expect(restored).toContainEqual(expect.stringMatching(/\.\/backups\/an\.zip/));
  expect(restored[0]).toMatch(/ 1777 /);

  const switched = switchedFolder(record);
  expect(await switched.look(NEVER)).toBe('after');
  const back = await switched.reverse(NEVER);
  await switched.goBack(rememberingLog(), NEVER);
  expect(stateOf(root)).toEqual(old);
  expect(await switchedFolder(back).look(NEVER)).toBe('after');
  await switchedFolder(back).goBack(rememberingLog(), NEVER);
  expect(stateOf(root)).toEqual(restored);
  await switched.forget(NEVER);
  expect(readdirSync(root).filter((name) => name.startsWith('.lifeboat-'))).toEqual([]);
  expect(stateOf(root)).toEqual(restored);
});

/** What a kill in the middle of the moves leaves: some entries have gone, as each goes by a rename of its own. */
function moveSome(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of ['3', '4', '7']) renameSync(join(from, name), join(to, name));
}

test.for([1, 2, 3, 4])(
  '[LB-01] cut off at step %i of it, and in the middle of its moves, it goes back whole',
  async (step, context) => {
    await using folder = await temporaryFolder();
    await using here = await mounted(context, folder);
    const { root, set, target } = here;
    const old = stateOf(root);
    await target.stage(set.records[0]!, set.archive, how);
    const record = await target.prepare(NEVER);
    const log = killedAt(step);
    void target.switchOver(log, NEVER);
    await log.reached;
    if (step === 1) moveSome(root, join(root, '.lifeboat-old-r-data.part'));
    if (step === 3) moveSome(join(root, '.lifeboat-r-data.part'), root);
    const switched = switchedFolder(record);
    // The way back is cut off, too, and repeated.
    const once = killedAt(1);
    await Promise.race([switched.goBack(once, NEVER), once.reached]);
    await switched.goBack(rememberingLog(), NEVER);
    expect(stateOf(root)).toEqual(old);
    await switched.forget(NEVER);
    expect(readdirSync(root).filter((name) => name.startsWith('.lifeboat-'))).toEqual([]);
  },
);
