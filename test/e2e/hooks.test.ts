import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { ERRORS } from '#platform/errors.ts';
import { takeLock } from '#platform/lock.ts';
import { filesBelow } from './files-below.ts';
import { type RealSystem, type RealSystemOptions, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';

interface HookedSystem extends RealSystem {
  /** What the hooks were told, one object for each time one was run. */
  told(): Promise<Record<string, string>[]>;
  journal(): Promise<string>;
}

/** A system whose hooks write down their LIFEBOAT_* variables and end with the status in STATUS. */
async function hookedSystem(options: RealSystemOptions = {}): Promise<HookedSystem> {
  const { hooks: lines = [], ...conf } = options.conf ?? {};
  const hooks = ['before', 'after'].map((key) => `${key} = "${process.execPath}" hooks/hook.mjs ${key}`);
  const system = await realSystem({ ...options, conf: { ...conf, hooks: [...hooks, ...lines] } });
  const folder = join(system.folder.path, 'hooks');
  await mkdir(folder);
  const program = join(folder, 'hook.mjs');
  await writeFile(program, PROGRAM);
  const text = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, text.replaceAll('hooks/hook.mjs', program));
  return Object.assign(system, {
    async told() {
      const text = await readFile(join(folder, 'told.ndjson'), 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    journal: () => readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8'),
  });
}

const PROGRAM = `
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
const told = Object.entries(process.env).filter(([name]) => /^(LIFEBOAT_|DB_)/.test(name));
appendFileSync(import.meta.dirname + '/told.ndjson', JSON.stringify(Object.fromEntries(told)) + '\\n');
console.log('the hook', process.argv[2], 'says hello');
const script = import.meta.dirname + '/' + process.argv[2] + '.mjs';
if (existsSync(script)) await import(script);
`;

function script(system: HookedSystem, hook: 'before' | 'after', text: string): Promise<void> {
  return writeFile(join(system.folder.path, 'hooks', `${hook}.mjs`), text);
}

test('[FD-25] after a good backup the hook gets the outcome, its code and the path of the archive', async () => {
  await using system = await hookedSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = await system.archives();
  const [before, after, ...more] = await system.told();
  expect(more).toEqual([]);
  expect(before).toMatchObject({
    LIFEBOAT_MOMENT: 'before',
    LIFEBOAT_OUTCOME: '',
    LIFEBOAT_CONF: system.conf,
  });
  expect(after).toMatchObject({
    LIFEBOAT_MOMENT: 'after',
    LIFEBOAT_OUTCOME: 'done',
    LIFEBOAT_CODE: 'done',
    LIFEBOAT_NUMBER: '0',
    LIFEBOAT_ARCHIVE: archive,
    LIFEBOAT_PLACE: system.backups,
  });
  const journal = await system.journal();
  expect(journal).toMatch(
    /backup: started\n.*hook before: started node\n.*hook before: \| the hook before says/,
  );
  expect(journal).toMatch(/backup: done \(done\).*\n.*hook after: started node\n/);
});

test('[FD-25] a hook that refuses: no archive, its status in the outcome, and the hook after is told', async () => {
  await using system = await hookedSystem();
  await script(system, 'before', 'console.log("the night batch runs"); process.exit(7);');
  const ended = await system.lifeboat('backup');
  expect(ended.status).toBe(ERRORS['hook-refused'].exit);
  expect(ended.stdout).toMatch(/^backup failed after .* refused it with status 7: the night batch runs$/m);
  expect(await system.archives()).toEqual([]);
  expect(await system.told()).toMatchObject([
    { LIFEBOAT_MOMENT: 'before' },
    {
      LIFEBOAT_MOMENT: 'after',
      LIFEBOAT_OUTCOME: 'failed',
      LIFEBOAT_CODE: 'hook-refused',
      LIFEBOAT_ARCHIVE: '',
      LIFEBOAT_MESSAGE: expect.stringContaining('status 7: the night batch runs'),
    },
  ]);
  expect(await system.lifeboat('status')).toMatchObject({
    stdout: expect.stringMatching(
      /last backup .*failed: the hook before the backup refused it with status 7/,
    ),
  });
  await script(system, 'before', '');
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
});

test('[FD-25] a hook after the backup that fails is said and changes nothing', async () => {
  await using system = await hookedSystem();
  await script(system, 'after', 'process.exit(9);');
  const ended = await system.lifeboat('backup');
  expect(ended.status).toBe(0);
  expect(ended.stdout).toContain('the hook after ended with status 9');
  expect(await system.archives()).toHaveLength(1);
});

test('[FD-04] [FD-25] a stop while the hook runs: interrupted, 1406, and the hook after is told', async () => {
  await using system = await hookedSystem();
  await script(
    system,
    'before',
    'import { writeFileSync } from "node:fs"; writeFileSync(import.meta.dirname + "/waits", ""); setTimeout(() => {}, 60_000);',
  );
  const ended = await runProgram('service', ['--conf', system.conf, 'backup'], {
    onStart: (kill) => {
      const wait = setInterval(() => {
        void readFile(join(system.folder.path, 'hooks', 'waits')).then(
          () => {
            clearInterval(wait);
            kill('SIGTERM');
          },
          () => undefined,
        );
      }, 50);
    },
  });
  expect(ended.status).toBe(ERRORS.interrupted.exit);
  expect((await system.told()).at(-1)).toMatchObject({
    LIFEBOAT_MOMENT: 'after',
    LIFEBOAT_OUTCOME: 'interrupted',
    LIFEBOAT_NUMBER: '1406',
  });
  // Nothing but the history, which says so.
  expect(filesBelow(system.backups)).toEqual(['backupHistory.json']);
});

test('[FD-25] while another run holds the system no hook is asked', async () => {
  await using system = await hookedSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const count = (await system.told()).length;
  const systemId = /^id = (.*)$/m.exec(await readFile(system.conf, 'utf8'))?.[1] as string;
  await using _lock = await takeLock({
    stateFolder: system.state,
    systemId,
    purpose: 'a test',
    clock: systemClock(),
  });
  expect(await system.lifeboat('backup')).toMatchObject({ status: ERRORS['system-locked'].exit });
  expect(await system.told()).toHaveLength(count);
});

test('[FD-25] variables that hold secrets are not given to hooks', async () => {
  await using system = await hookedSystem({
    conf: { 'webhook chat': ['url_env = DB_HOOK'] },
  });
  const env = { DB_HOOK: 'http://127.0.0.1:9/token-of-the-chat', DB_OTHER: 'stays' };
  await script(system, 'before', `console.log('http://127.0.0.1:9/token-of-the-chat');`);
  const ended = await runProgram('service', ['--conf', system.conf, 'backup'], { env });
  expect(ended.status).toBe(0);
  for (const told of await system.told()) {
    expect(told['DB_OTHER']).toBe('stays');
    expect(told['DB_HOOK']).toBeUndefined();
  }
  const journal = await system.journal();
  expect(journal).toContain('hook before: | [secret]');
  expect(journal + ended.stdout + ended.stderr).not.toContain('token-of-the-chat');
});
