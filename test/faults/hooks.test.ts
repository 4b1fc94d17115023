import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Hook, HookEnd } from '#hooks/hook.ts';
import { runHook } from '#hooks/run-hook.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/** Programs that an administrator did not mean to write: none of them may hold a backup up, fill it or end it. */
function run(script: string, timeLimitMs = 20_000): Promise<HookEnd> {
  const hook: Hook = { moment: 'before', command: ['sh', '-c', script], variables: {}, timeLimitMs };
  return runHook(hook, { PATH: process.env['PATH'] }, NEVER);
}

test('[FD-25] a hook that hangs, and whose children do not listen, is gone after its time limit', async () => {
  await using folder = await temporaryFolder();
  const child = `trap '' TERM HUP INT; while true; do echo x >> "${folder.file('work')}"; sleep 0.05; done`;
  const begin = performance.now();
  const end = await run(`(${child}) & (${child}) & echo started; exec sleep 600`, 500);
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(end).toEqual({ how: 'too long', lines: ['started'] });
  const { length } = await readFile(folder.file('work'));
  expect(length).toBeGreaterThan(0);
  await sleep(300);
  expect((await readFile(folder.file('work'))).length).toBe(length);
});

test('[FD-25] a hook that floods its output: a bounded part is kept, memory stays, and the time limit holds', async () => {
  const before = process.memoryUsage().rss;
  const end = await run('echo first; exec cat /dev/zero', 3000);
  expect(end.how).toBe('too long');
  expect(end.lines.join('').length).toBeLessThan(25_000);
  const flooded = Number(/more than (\d+) bytes/.exec(end.lines.join('\n'))?.[1]);
  expect(flooded).toBeGreaterThan(600e6);
  // Buffers that were read wait for the collector, some 100 MB of them at times.
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
});

test('[FD-25] lines without end: a flood of text that ends by itself keeps its first and last line', async () => {
  const end = await run('echo first; yes | head -c 30000000; echo last; exit 4');
  expect(end).toMatchObject({ how: 'ended', status: 4 });
  expect(end.lines[0]).toBe('first');
  expect(end.lines.at(-1)).toBe('last');
  expect(end.lines.length).toBeLessThan(45);
});

test("[FD-25] a hook that kills its parent's group, as `kill 0` does in scripts, reaches only itself", async () => {
  const reached: string[] = [];
  const note = (signal: string) => void reached.push(signal);
  process.on('SIGTERM', note);
  try {
    expect(await run('sleep 60 & kill -TERM 0; sleep 60')).toMatchObject({ how: 'killed', by: 'SIGTERM' });
    expect(await run('sleep 60 & kill -KILL 0; sleep 60')).toMatchObject({ how: 'killed', by: 'SIGKILL' });
    await sleep(100);
    expect(reached).toEqual([]);
  } finally {
    process.off('SIGTERM', note);
  }
});

test('[FD-25] a hook has no terminal and no input to wait for', async () => {
  const end = await run('if read line; then exit 1; fi; (: < /dev/tty) 2>/dev/null && exit 2; exit 0', 5000);
  expect(end).toMatchObject({ how: 'ended', status: 0 });
});

test('[FD-25] what a hook leaves running is not waited for, and its next lines do not end it', async () => {
  await using folder = await temporaryFolder();
  const daemon = `sleep 1; echo a line; echo "$?" > "${folder.file('written')}"; exec sleep 60`;
  const begin = performance.now();
  expect(await run(`(${daemon}) & echo $! > "${folder.file('pid')}"`)).toMatchObject({ status: 0 });
  expect(performance.now() - begin).toBeLessThan(900);
  await expect
    .poll(() => readFile(folder.file('written'), 'utf8').catch(() => ''), { timeout: 5000 })
    .toBe('0\n');
  process.kill(Number(await readFile(folder.file('pid'), 'utf8')));
});

test('[FD-25] a hook that starts a session of its own to live on does not keep us waiting', async () => {
  await using folder = await temporaryFolder();
  const begin = performance.now();
  const end = await run(
    `setsid sh -c 'echo $$ > "${folder.file('pid')}"; exec sleep 30' & exec sleep 600`,
    300,
  );
  expect(end.how).toBe('too long');
  expect(performance.now() - begin).toBeLessThan(3500);
  process.kill(Number(await readFile(folder.file('pid'), 'utf8')), 'SIGKILL');
});
