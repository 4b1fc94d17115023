import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/** Failure story 13: a stale "running" after a crash kept a backup from running for days. */
const fakes = join(import.meta.dirname, '..', 'fakes');

interface Program extends Disposable {
  child: ChildProcessByStdio<null, Readable, null>;
}

/** A program of its own; killed at the end, also where the test fails. */
function start(script: string, ...args: string[]): Program {
  const child = spawn(process.execPath, [join(fakes, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { child, [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

test('a lock is free at once when its holder was killed', async () => {
  await using folder = await temporaryFolder();
  const take = () =>
    takeLock({ stateFolder: folder.path, systemId: 'one', purpose: 'a restore', clock: systemClock() });
  for (let round = 0; round < 3; round += 1) {
    using program = start('hold-lock.ts', folder.path, 'one');
    const holder = program.child;
    await once(holder.stdout, 'data');
    await expect(take()).rejects.toMatchObject({
      code: 'system-locked',
      message: expect.stringContaining(`a backup has been running since`),
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await using lock = await take();
    expect(lock.purpose).toBe('a restore');
  }
});

test('two programs never hold the lock at the same time', async () => {
  await using folder = await temporaryFolder();
  using stack = new DisposableStack();
  const programs = Array.from(
    { length: 4 },
    () => stack.use(start('take-turns.ts', folder.path, 'one', folder.file('marker'), '2000')).child,
  );
  const ends = await Promise.all(
    programs.map(async (program) => {
      let held = '';
      program.stdout.on('data', (chunk) => {
        held += chunk;
      });
      const [status] = await once(program, 'close');
      return { status, held: Number(held) };
    }),
  );
  expect(ends.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  // Each had a turn: the test saw them compete, not one after the other.
  expect(Math.min(...ends.map(({ held }) => held))).toBeGreaterThan(0);
  expect(ends.reduce((sum, { held }) => sum + held, 0)).toBeGreaterThan(8);
});

test('a program that asks again for a lock that it holds does not free it for others', async () => {
  await using folder = await temporaryFolder();
  const options = { stateFolder: folder.path, systemId: 'one', purpose: 'a backup', clock: systemClock() };
  await using _held = await takeLock(options);
  await expect(takeLock(options)).rejects.toMatchObject({ code: 'system-locked' });
  using other = start('hold-lock.ts', folder.path, 'one');
  const [status] = await once(other.child, 'close');
  expect(status).not.toBe(0);
});
