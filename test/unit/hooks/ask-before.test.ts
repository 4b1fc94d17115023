import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { askBefore } from '#hooks/ask-before.ts';
import type { Hook } from '#hooks/hook.ts';
import { runAfter } from '#hooks/run-after.ts';
import type { HookParts } from '#hooks/tell-hook.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

function hook(command: string[], more: Partial<Hook> = {}): Hook {
  return { moment: 'before', command, variables: {}, timeLimitMs: 20_000, ...more };
}

function parts(more: Partial<HookParts> = {}): HookParts & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    environment: { PATH: process.env['PATH'] },
    tell: async (lines) => void told.push(...lines),
    redact: (text) => text,
    elapsed: () => 0,
    ...more,
  };
}

test('[FD-25] status 0 agrees; what it said is written down, its arguments are not', async () => {
  const at = parts();
  await askBefore(hook(['sh', '-c', 'echo hello; echo there >&2', 'a-token']), at, NEVER);
  expect(at.told[0]).toBe('hook before: started sh');
  expect(at.told.slice(1, -1).sort()).toEqual(['hook before: | hello', 'hook before: | there']);
  expect(at.told.at(-1)).toBe('hook before: ended with status 0 after 0.0 s');
});

test('[FD-25] any other status refuses, with the status and the last thing it said', async () => {
  const at = parts();
  const asked = askBefore(hook(['sh', '-c', 'echo one; echo the night batch runs; exit 7']), at, NEVER);
  await expect(asked).rejects.toMatchObject({
    code: 'hook-refused',
    message: 'the hook before the backup refused it with status 7: the night batch runs',
  });
  expect(at.told).toContain('hook before: | one');
});

test('a hook that does not come to an end of its own has not agreed', async () => {
  await expect(askBefore(hook(['/absent/hook']), parts(), NEVER)).rejects.toMatchObject({
    code: 'hook-failed',
    message: 'the hook before the backup could not be started (ENOENT)',
  });
  await expect(askBefore(hook(['sh', '-c', 'kill -9 $$']), parts(), NEVER)).rejects.toMatchObject({
    code: 'hook-failed',
    message: 'the hook before the backup was killed by SIGKILL',
  });
  await expect(askBefore(hook(['sleep', '60'], { timeLimitMs: 100 }), parts(), NEVER)).rejects.toMatchObject({
    message: 'the hook before the backup was ended: it took longer than 0.1 s',
  });
});

test('arguments and variables arrive as they are: no shell reads them', async () => {
  await using folder = await temporaryFolder();
  const args = ["o'neil", 'a"b', '$HOME', '$(id)', 'two words', '*', ''];
  const script = `require('fs').writeFileSync(process.argv[1], JSON.stringify([process.argv.slice(2), process.env]))`;
  const command = [process.execPath, '-e', script, '--', folder.file('out'), ...args];
  const at = parts({ environment: { PATH: '/bin', OWN: 'yes' } });
  await askBefore(hook(command, { variables: { LIFEBOAT_MESSAGE: '$(reboot) "x"' } }), at, NEVER);
  const [given, environment] = JSON.parse(await readFile(folder.file('out'), 'utf8'));
  expect(given).toEqual(args);
  expect(environment).toEqual({ PATH: '/bin', OWN: 'yes', LIFEBOAT_MESSAGE: '$(reboot) "x"' });
});

test('known secrets are taken out of what a hook said, in the journal and in the error', async () => {
  const at = parts({ redact: (text) => text.replaceAll('hunter2', '[secret]') });
  const asked = askBefore(hook(['sh', '-c', 'echo using hunter2; exit 1']), at, NEVER);
  await expect(asked).rejects.toThrow('status 1: using [secret]');
  expect(at.told.join('\n')).not.toContain('hunter2');
});

test('stop ends the hook within two seconds, and what it started with it', async () => {
  await using folder = await temporaryFolder();
  const stop = new AbortController();
  const script = `trap '' TERM; (trap '' TERM; while true; do echo x >> "${folder.file('work')}"; sleep 0.05; done) & wait`;
  const running = askBefore(hook(['sh', '-c', script]), parts(), stop.signal);
  const ended = expect(running).rejects.toThrow('somebody said stop');
  await expect.poll(() => readFile(folder.file('work'), 'utf8').catch(() => '')).toContain('x');
  const begin = performance.now();
  stop.abort(new Error('somebody said stop'));
  await ended;
  expect(performance.now() - begin).toBeLessThan(2000);
  const { length } = await readFile(folder.file('work'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await readFile(folder.file('work'))).length).toBe(length);
});

test('[FD-25] the hook after a backup is run after a stop too, but not for long', async () => {
  await using folder = await temporaryFolder();
  const stop = new AbortController();
  stop.abort();
  const after = (command: string[]) => hook(command, { moment: 'after', timeLimitMs: 100_000 });
  const touch = ['sh', '-c', `echo "$LIFEBOAT_OUTCOME" > "${folder.file('out')}"`];
  const variables = { LIFEBOAT_OUTCOME: 'interrupted' };
  expect(await runAfter({ ...after(touch), variables }, parts(), stop.signal)).toEqual([]);
  expect(await readFile(folder.file('out'), 'utf8')).toBe('interrupted\n');
});

test('a hook after a backup that fails changes nothing and is said', async () => {
  const after = { moment: 'after' as const };
  expect(await runAfter(hook(['sh', '-c', 'exit 3'], after), parts(), NEVER)).toEqual([
    'the hook after ended with status 3',
  ]);
  expect(await runAfter(hook(['/absent'], after), parts(), NEVER)).toEqual([
    'the hook after could not be started (ENOENT)',
  ]);
  await using folder = await temporaryFolder();
  await writeFile(folder.file('plain'), 'no program', { mode: 0o600 });
  expect(await runAfter(hook([folder.file('plain')], after), parts(), NEVER)).toEqual([
    'the hook after could not be started (EACCES)',
  ]);
  expect(await runAfter(hook(['echo', 'a\0b'], after), parts(), NEVER)).toEqual([
    'the hook after could not be started (ERR_INVALID_ARG_VALUE)',
  ]);
});
