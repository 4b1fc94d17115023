import { watch } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { runCommand } from '#platform/run-command.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const NEVER = new AbortController().signal;

test('arguments arrive as they are: nothing is expanded, split or quoted', async () => {
  await using folder = await temporaryFolder();
  const args = ["o'neil", 'a"b', '$HOME', '$(id)', 'two words', '*', ''];
  const script = 'require("fs").writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))';
  await runCommand([process.execPath, '-e', script, '--', folder.file('out'), ...args], NEVER);
  expect(JSON.parse(await readFile(folder.file('out'), 'utf8'))).toEqual(args);
});

test('a failing program is told with its status and the end of what it said', async () => {
  await expect(
    runCommand(['sh', '-c', 'echo out; echo "bad news" >&2; exit 3'], NEVER),
  ).rejects.toMatchObject({
    code: 'command-failed',
    message: expect.stringMatching(/ended with status 3: out \| bad news$/),
  });
  await expect(runCommand(['sh', '-c', 'kill -9 $$'], NEVER)).rejects.toThrow('signal SIGKILL: no output');
  const long = runCommand(['sh', '-c', 'yes | head -c 1000000; echo the end; exit 1'], NEVER);
  const error = await long.then(
    () => undefined,
    (e: Error) => e,
  );
  expect(error?.message).toContain('the end');
  expect(error?.message.length).toBeLessThan(20_000);
});

test('a program of ours that is killed while a command runs leaves no file of its output behind', async () => {
  await using temporary = await temporaryFolder();
  await using folder = await temporaryFolder();
  vi.stubEnv('TMPDIR', temporary.path);
  try {
    const script = `ls -A "$TMPDIR" > "${folder.file('there')}"; echo out; exit 1`;
    await expect(runCommand(['sh', '-c', script], NEVER)).rejects.toThrow('status 1: out');
    expect(await readFile(folder.file('there'), 'utf8')).toBe('');
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a program that is not there is named', async () => {
  await expect(runCommand(['/absent/program', 'x'], NEVER)).rejects.toMatchObject({
    code: 'command-failed',
    message: 'cannot start /absent/program: ENOENT',
  });
  await expect(runCommand([], NEVER)).rejects.toMatchObject({ code: 'command-failed' });
});

test('a service that a start command leaves behind is not waited for, and can go on writing', async () => {
  await using folder = await temporaryFolder();
  const service = `sleep 1; echo started; echo "$?" > "${folder.file('written')}"; exec sleep 60`;
  const begin = performance.now();
  await runCommand(['sh', '-c', `(${service}) & echo $! > "${folder.file('pid')}"`], NEVER);
  expect(performance.now() - begin).toBeLessThan(30_000);
  await expect.poll(() => readFile(folder.file('written'), 'utf8'), { timeout: 5000 }).toBe('0\n');
  process.kill(Number(await readFile(folder.file('pid'), 'utf8')));
});

test('stop ends the program and what it started, and is told when they are gone', async () => {
  await using folder = await temporaryFolder();
  const stop = new AbortController();
  const script = `(while true; do echo x >> "${folder.file('work')}"; sleep 0.05; done) & wait`;
  const running = runCommand(['sh', '-c', script], stop.signal);
  const ended = expect(running).rejects.toThrow('somebody said stop');
  await expect.poll(() => readdir(folder.path)).toContain('work');
  stop.abort(new Error('somebody said stop'));
  await ended;
  const size = (await readFile(folder.file('work'))).length;
  await sleep(300);
  expect((await readFile(folder.file('work'))).length).toBe(size);
  await expect(runCommand(['true'], stop.signal)).rejects.toThrow('somebody said stop');
});

test('a program that will not stop is killed', { timeout: 20_000 }, async () => {
  const stop = new AbortController();
  const running = runCommand(['sh', '-c', 'trap "" TERM; while true; do sleep 0.1; done'], stop.signal);
  setTimeout(() => stop.abort(new Error('somebody said stop')), 200);
  await expect(running).rejects.toThrow('somebody said stop');
});

test('its output leaves no file behind; where it cannot be kept the program runs all the same', async () => {
  await using folder = await temporaryFolder();
  const before = process.env['TMPDIR'];
  try {
    process.env['TMPDIR'] = folder.path;
    await runCommand(['sh', '-c', 'echo hello'], NEVER);
    await runCommand(['false'], NEVER).catch(() => undefined);
    process.env['TMPDIR'] = folder.file('absent');
    await runCommand(['sh', '-c', 'echo hello'], NEVER);
    await expect(runCommand(['false'], NEVER)).rejects.toThrow('false ended with status 1: no output');
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  expect(await readdir(folder.path)).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  '[LB-01] what a program says lies under no name at any moment: whoever is killed leaves nothing behind',
  async () => {
    await using folder = await temporaryFolder();
    vi.stubEnv('TMPDIR', folder.path);
    const seen: (string | null)[] = [];
    const watcher = watch(folder.path, (_, name) => void seen.push(name));
    await expect(runCommand(['sh', '-c', 'echo said; exit 1'], NEVER)).rejects.toThrow('status 1: said');
    await writeFile(folder.file('last'), '');
    await vi.waitUntil(() => seen.includes('last'));
    vi.unstubAllEnvs();
    watcher.close();
    // The end of a file without a name is told, too, by its number.
    expect(seen.filter((name) => !/^(last|#\d+)$/.test(name ?? ''))).toEqual([]);
  },
);
