import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { startMariadb } from '../engines/mariadb/start-mariadb.ts';
import { openTerminal } from '../fakes/terminal.ts';
import { type KilledSystem, killedSystem } from './killed-system.ts';
import { realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';
import { startService } from './start-service.ts';

const main = join(import.meta.dirname, '..', '..', 'apps', 'restore', 'main.ts');

/** Cut off between two of its renames. */
async function cutOff(system: KilledSystem): Promise<void> {
  const env = { LIFEBOAT_TEST_KILL: 'after:22' };
  const killed = await system.restore(['apply', system.archive, '--yes'], { env });
  expect(killed.status, killed.stdout).toBeNull();
}

async function logPath(system: KilledSystem): Promise<string> {
  const [name] = (await readdir(join(system.state, 'restores'))).filter((one) => one.endsWith('.ndjson'));
  return join(system.state, 'restores', name as string);
}

test('[LB-01] while a restore is open there is no backup, no other restore and no undo, and one alarm', async () => {
  await using system = await killedSystem();
  const old = system.now();
  await cutOff(system);
  const open = ERRORS['restore-open'].exit;
  for (const _ of [1, 2]) {
    const backup = await system.lifeboat('backup');
    expect(backup.status, backup.stdout).toBe(open);
    expect(backup.stdout).toMatch(/was cut off and has not ended; nothing was changed/);
    expect(backup.stdout).toContain('lifeboat-restore recover');
  }
  const again = await system.restore(['apply', system.archive, '--yes']);
  expect(again.status, again.stdout).toBe(open);
  const status = JSON.parse((await system.lifeboat('--json', 'status')).stdout);
  expect(status.alarms).toEqual([expect.objectContaining({ code: 'restore-open' })]);
  const [journal] = await readdir(join(system.state, 'logs'));
  const lines = (await readFile(join(system.state, 'logs', journal as string), 'utf8')).split('\n');
  expect(lines.filter((line) => line.includes('ALARM'))).toHaveLength(1);

  expect(await system.restore(['recover'])).toMatchObject({ status: 0 });
  expect(system.now()).toEqual(old);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(JSON.parse((await system.lifeboat('--json', 'status')).stdout).alarms).toEqual([]);
}, 60_000);

test('[LB-01] a service that starts after a power cut in a restore raises the alarm by itself', async () => {
  await using system = await killedSystem({ backup: ['frequency = Not Use'] });
  await cutOff(system);
  {
    await using _service = await startService(system);
  }
  {
    await using _service = await startService(system);
  }
  const { alarms } = JSON.parse((await system.lifeboat('--json', 'status')).stdout);
  expect(alarms).toEqual([expect.objectContaining({ code: 'restore-open' })]);
}, 60_000);

test('[LB-01] a restore that is at work is not told as one that was cut off', async () => {
  await using system = await killedSystem({ system: ['stop = sleep 6'] });
  const begun = Promise.withResolvers<void>();
  const first = system.restore(['apply', system.archive, '--yes'], {
    onProgress: (text) => void (text.includes('stopping the system') && begun.resolve()),
  });
  await begun.promise;
  const second = await system.restore(['apply', system.archive, '--yes']);
  expect(second.status, second.stdout).toBe(ERRORS['system-locked'].exit);
  expect(second.stdout).toMatch(
    /: cannot start a restore: a restore has been running since \S+ \(process \d+\)/,
  );
  expect(second.stdout).not.toMatch(/cut off|nothing was changed.*nothing was changed/);
  await using wizard = await openTerminal([process.execPath, main, '--conf', system.conf]);
  expect(await wizard.ended()).toMatchObject({ status: ERRORS['system-locked'].exit });
  expect(await first).toMatchObject({ status: 0 });
}, 60_000);

test('[LB-01] a damaged log stops everything, and nothing is touched', async () => {
  await using system = await killedSystem();
  await cutOff(system);
  const path = await logPath(system);
  const log = await readFile(path);
  const before = [system.now(), await system.leftovers()];
  log[40] = (log[40] ?? 0) ^ 1;
  await writeFile(path, log);
  const recovered = await system.restore(['recover']);
  expect(recovered.status).toBe(ERRORS['restore-log-damaged'].exit);
  expect(recovered.stderr).toMatch(/is damaged .*nothing was changed/);
  expect((await system.lifeboat('backup')).status).toBe(ERRORS['restore-open'].exit);
  expect(await readFile(path)).toEqual(log);
  expect([system.now(), await system.leftovers()]).toEqual(before);
}, 60_000);

test('what was done, and how to go back from it by hand, is shown and changes nothing', async () => {
  await using system = await killedSystem();
  await cutOff(system);
  const before = [system.now(), await readFile(await logPath(system))];
  const shown = await system.restore(['recover', '--show']);
  expect(shown.stdout).toMatch(/restore \w+ of Zutritt, begun .*: cut off/);
  expect(shown.stdout).toMatch(/to go back by hand: mv /);
  expect(JSON.parse((await system.restore(['--json', 'recover', '--show'])).stdout)).toHaveLength(1);
  expect([system.now(), await readFile(await logPath(system))]).toEqual(before);
}, 60_000);

test('[BS-25] a hook makes old sessions void before the system starts; without one the tool says what to do', async () => {
  await using system = await killedSystem();
  const without = await system.restore(['apply', system.archive, '--yes', '--only', 'file/a']);
  expect(without.stdout).toMatch(
    /no after_restore is set in \[hooks\]: make the system's users sign in anew/,
  );

  const order = system.folder.file('order');
  const conf = await readFile(system.conf, 'utf8');
  const note = (word: string): string => `sh -c "echo ${word} >> ${order}"`;
  await writeFile(
    system.conf,
    `${conf.replace('[backup]', '[hooks]\nafter_restore = HOOK\n[backup]').replace('HOOK', note('void'))}`.replace(
      '[system]',
      `[system]\nstop = ${note('stop')}\nstart = ${note('start')}\nstart_check = ${note('check')}`,
    ),
  );
  const plan = await system.restore(['plan', system.archive, '--only', 'file/a']);
  expect(plan.stdout).toMatch(/after_restore: sh -c .*void/);
  const restored = await system.restore(['apply', system.archive, '--yes', '--only', 'file/a']);
  expect(restored, restored.stdout).toMatchObject({ status: 0 });
  expect(restored.stdout).toMatch(/the hook after_restore ran: sign-in sessions of before are void/);
  expect(await readFile(order, 'utf8')).toBe('stop\nvoid\nstart\ncheck\n');
}, 60_000);

test('[LB-02] a system that does not work after the restore: said, and taken back where that was asked for', async () => {
  await using system = await killedSystem({
    system: ['start_check = sh -c "grep -q today conf/a.conf"', 'start_check_limit = 20'],
  });
  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace('conf/a.conf"\n', `${system.root}/conf/a.conf"\n`));
  const old = system.now();
  const only = ['--only', 'folder/image', 'file/a'];
  const failed = await system.restore(['apply', system.archive, '--yes', ...only]);
  expect(failed.status, failed.stdout).toBe(ERRORS.incomplete.exit);
  expect(failed.stdout).toMatch(/are live, but the system's check failed: .*status 1/);
  expect(failed.stdout).toMatch(/what to do: bring the old state back with lifeboat-restore undo/);
  expect(system.now()).not.toEqual(old);
  expect(await system.restore(['undo'])).toMatchObject({ status: 0 });

  const undone = await system.restore(['apply', system.archive, '--yes', '--undo-on-failure', ...only]);
  expect(undone.status, undone.stdout).toBe(ERRORS.incomplete.exit);
  expect(undone.stdout).toMatch(/undo done after .*is live again/);
  expect(system.now()).toEqual(old);
}, 60_000);

test('[LB-02] what cannot be undone is refused before anything is done', async () => {
  await using system = await killedSystem();
  const impossible = ERRORS['undo-impossible'].exit;
  expect((await system.restore(['undo'])).status).toBe(impossible);
  const only = ['--only', 'file/a'];
  for (const _ of [1, 2]) {
    expect(await system.restore(['apply', system.archive, '--yes', ...only])).toMatchObject({ status: 0 });
  }
  const [first, second] = JSON.parse((await system.restore(['--json', 'kept'])).stdout);
  const earlier = await system.restore(['undo', first.run]);
  expect(earlier.status).toBe(impossible);
  expect(earlier.stdout).toContain(`${second.run} came after ${first.run} and is still kept`);
  expect((await system.lifeboat('status')).stdout).toMatch(
    new RegExp(`kept +from before ${first.run} .*\\n.*kept +from before ${second.run}`),
  );
  const before = system.now();
  await writeFile(second.states[0].place, 'changed');
  expect(await system.restore(['forget', second.run])).toMatchObject({ status: 0 });
  expect((await system.restore(['undo', second.run])).status).toBe(impossible);
  expect(await system.restore(['undo', first.run])).toMatchObject({ status: 0 });
  expect(system.now()).not.toEqual(before);
}, 60_000);

test('[LB-01] the wizard first offers to end a restore that was cut off, then to undo the newest', async () => {
  await using system = await killedSystem();
  const old = system.now();
  await cutOff(system);
  const command = [process.execPath, main, '--conf', system.conf];
  {
    await using wizard = await openTerminal(command);
    await wizard.answer('Recover now?', '');
    expect((await wizard.ended()).last).toMatch(/^recover done .*is rolled back: the old state is live$/);
  }
  expect(system.now()).toEqual(old);
  expect(await system.restore(['apply', system.archive, '--yes'])).toMatchObject({ status: 0 });
  expect(system.now()).not.toEqual(old);
  await using wizard = await openTerminal(command);
  await wizard.asks('What is to be done?');
  await wizard.press('Down', 'Enter');
  await wizard.answer('Bring that state back now?', 'y');
  expect(await wizard.ended()).toMatchObject({ status: 0 });
  expect(system.now()).toEqual(old);
}, 60_000);

test('[LB-01] [LB-02] an account that may sign in but not restore changes nothing, and is told what to type', async () => {
  await using mariadb = await startMariadb();
  await using system = await realSystem({ mariadb });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  const own = async (): Promise<unknown[]> => await mariadb.sql("SHOW DATABASES LIKE 'lb\\_%'");
  const asRoot = ['--mariadb-user', 'root', '--password-file', join(system.conf, '..', 'password')];
  await mariadb.sql([
    "CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY 'reads'",
    "GRANT SELECT ON ac.* TO 'reader'@'127.0.0.1'",
  ]);
  await writeFile(system.folder.file('reader'), 'reads', { mode: 0o600 });
  const asReader = ['--mariadb-user', 'reader', '--password-file', system.folder.file('reader')];
  const refused = async (...command: string[]): Promise<string> => {
    const before = await own();
    const ended = await system.restore(...command, ...asReader);
    expect(ended.status, ended.stdout).toBe(ERRORS['database-right-missing'].exit);
    expect(ended.stdout).toMatch(
      /account `reader`@`127\.0\.0\.1` .* lacks .*INSERT, .*; nothing was changed/,
    );
    expect(await own()).toEqual(before);
    return ended.stdout;
  };
  const only = ['--only', 'folder/cert', 'mariadb/main/ac', 'mariadb/main/ta', 'mariadb/main'];
  const apply = ['--conf', system.conf, '--state', system.state, 'apply', archive, '--yes', ...only];

  for (const record of ['after:4', 'after:9']) {
    const killed = await runProgram('restore', apply, { env: { LIFEBOAT_TEST_KILL: record } });
    expect(killed.status, killed.stdout).toBeNull();
    expect(await own()).not.toEqual([]);
    const said = await refused('recover');
    expect(said).toContain('nothing was changed and the system stays stopped');
    expect(said).toContain('what to do: lifeboat-restore recover --mariadb-user root');
    expect(await system.restore('recover', ...asRoot)).toMatchObject({ status: 0 });
    expect(await own()).toEqual([]);
  }

  expect(await runProgram('restore', apply)).toMatchObject({ status: 0 });
  const [{ run }] = JSON.parse((await system.restore('--json', 'kept')).stdout);
  expect(await refused('undo')).toContain(`lifeboat-restore undo ${run} --mariadb-user root`);
  expect(await refused('forget', run)).toContain(`lifeboat-restore forget ${run} --mariadb-user root`);
  expect(await system.restore('undo', ...asRoot), 'nothing has begun to be forgotten').toMatchObject({
    status: 0,
  });
}, 60_000);

test('[LB-01] a server that dies while it is staged on: nothing is changed, and what is left there is named', async () => {
  await using mariadb = await startMariadb();
  await using system = await realSystem({ mariadb });
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  const only = ['--only', 'mariadb/main/ac', 'mariadb/main/ta'];
  let killed: Promise<void> | undefined;
  const ended = await runProgram(
    'restore',
    ['--conf', system.conf, '--state', system.state, 'apply', archive, '--yes', ...only],
    {
      onProgress(text) {
        if (text.includes('staging')) killed ??= mariadb.kill();
      },
    },
  );
  await killed;
  await mariadb.restart();
  const left = (await mariadb.sql("SHOW DATABASES LIKE 'lb\\_%'")).flatMap((row) => Object.values(row));
  expect(left.length).toBeGreaterThan(0);
  expect([30, 36], ended.stdout).toContain(ended.status);
  expect(ended.stdout).toMatch(
    /; nothing was changed, but what was staged for mariadb\/main could not be dropped/,
  );
  for (const name of left) expect(ended.stdout).toContain(String(name));
}, 60_000);
