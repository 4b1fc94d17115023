import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { socketPath } from '../../apps/service/service/socket-path.ts';
import { filesBelow } from './files-below.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { runProgram } from './run-program.ts';
import { startService } from './start-service.ts';

const main = join(import.meta.dirname, '..', '..', 'apps', 'service', 'main.ts');

test('[FD-01] a backup asked for on a machine with a service runs in the service, with progress and outcome', async () => {
  await using system = await realSystem();
  await using service = await startService(system);
  const ended = await system.lifeboat('backup');
  expect(ended).toMatchObject({ status: 0 });
  expect(ended.stdout).toMatch(/^backup done after .*written and verified/m);
  // Ten times a second: a run as small as this one may be seen at its last stage only.
  expect(ended.stderr).toMatch(/^(fixing the point in time|writing|verifying)$/m);
  expect(await system.archives()).toHaveLength(1);
  // The program that asked read no source: the service did, and its process id stands in the lock's note.
  const note = await readFile(join(system.state, 'locks', `${await idOf(system)}.holder.json`), 'utf8');
  expect(JSON.parse(note).process).toBe(service.process.pid);
});

test('[FD-01] without a service the same command makes the backup itself', async () => {
  await using system = await realSystem();
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  expect(await system.archives()).toHaveLength(1);
});

test('[FD-01] the socket is for its owner alone, and one that a killed service left is no obstacle', async () => {
  await using system = await realSystem();
  const first = await startService(system);
  const path = socketPath(system.state, await idOf(system));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  expect((await stat(path)).isSocket()).toBe(true);
  expect(await system.lifeboat('backup'), 'by itself').toMatchObject({ status: 0 });
  await using _second = await startService(system);
  expect(await system.lifeboat('backup'), 'by the new service').toMatchObject({ status: 0 });
});

test('a second service of the same system is refused', async () => {
  await using system = await realSystem();
  await using _service = await startService(system);
  const second = await system.lifeboat('serve', '--port', '0');
  expect(second.status).toBe(ERRORS['system-locked'].exit);
  expect(second.stderr).toMatch(/cannot start the service: the service has been running since/);
});

test('[FD-04] Stop from another command line ends the run in the service; whoever asked for it is told', async () => {
  await using system = await realSystem({ conf: SLOW });
  await using _service = await startService(system);
  const asked = system.lifeboat('backup');
  await untilRunning(system);
  const began = performance.now();
  const stopped = await system.lifeboat('stop');
  expect(performance.now() - began).toBeLessThan(3000);
  expect(stopped).toMatchObject({ status: 0 });
  expect(stopped.stdout).toMatch(/^stopped: /);
  const ended = await asked;
  expect(ended.status).toBe(ERRORS.interrupted.exit);
  expect(ended.stdout).toMatch(/^backup interrupted /m);
  expect(await system.archives()).toEqual([]);
  expect(await filesBelow(system.backups)).toEqual(['backupHistory.json']);
});

test('[FD-04] Ctrl+C of the one who asked stops the run in the service', async () => {
  await using system = await realSystem({ conf: SLOW });
  await using service = await startService(system);
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  const asked = runProgram('service', ['--conf', system.conf, 'backup'], {
    onStart: (how) => {
      kill = how;
    },
  });
  await untilRunning(system);
  kill('SIGINT');
  expect((await asked).status).toBe(ERRORS.interrupted.exit);
  expect(service.process.exitCode).toBeNull();
});

test('[FD-01] a caller that goes away does not end what it began', async () => {
  await using system = await realSystem({ conf: SLOW });
  await using _service = await startService(system);
  const asked = spawn(process.execPath, [main, '--conf', system.conf, 'backup'], { stdio: 'ignore' });
  await untilRunning(system);
  asked.kill('SIGKILL');
  await once(asked, 'exit');
  await expect.poll(() => system.archives(), { timeout: 30_000 }).toHaveLength(1);
});

test('[FD-04] a service that is told to end stops its run first, and says so to whoever follows it', async () => {
  await using system = await realSystem({ conf: SLOW });
  await using service = await startService(system);
  const asked = system.lifeboat('backup');
  await untilRunning(system);
  const exit = once(service.process, 'exit');
  service.process.kill('SIGTERM');
  const ended = await asked;
  expect(ended.status, ended.stderr).toBe(ERRORS.interrupted.exit);
  await exit;
  expect(service.process.exitCode).toBe(0);
  expect(await filesBelow(system.backups)).toEqual(['backupHistory.json']);
});

test('[FD-01] a service that dies in mid-run is told as such, and not as a good end', async () => {
  await using system = await realSystem({ conf: SLOW });
  await using service = await startService(system);
  const asked = system.lifeboat('backup');
  await untilRunning(system);
  service.process.kill('SIGKILL');
  const ended = await asked;
  expect(ended.status).toBe(ERRORS['service-lost'].exit);
  expect(ended.stderr).toMatch(/service ended before it told how the backup ended/);
});

test('a backup while another runs is refused with who runs since when; a broken conf by its mistakes', async () => {
  await using system = await realSystem({ conf: SLOW });
  await using _service = await startService(system);
  const first = system.lifeboat('backup');
  await untilRunning(system);
  const second = await system.lifeboat('backup');
  expect(second.status).toBe(ERRORS['system-locked'].exit);
  expect(second.stderr).toMatch(/cannot start a backup: a backup has been running since/);
  await system.lifeboat('stop');
  await first;
  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace('[backup]', '[backup]\nkeep = 101'));
  const broken = await post(await socketOf(system, conf), '/api/backup', '{}');
  expect(broken.status).toBe(202);
  await writeFile(system.conf, conf);
  expect((await system.lifeboat('stop')).stdout).toMatch(/nothing to stop/);
});

test('what is no request is refused, and the service goes on', async () => {
  await using system = await realSystem();
  await using _service = await startService(system);
  const path = await socketOf(system);
  expect((await post(path, '/api/backup', '{"path":"/etc"}')).status).toBe(400);
  expect((await post(path, '/api/backup', '{')).status).toBe(400);
  expect((await post(path, '/api/nothing', '{}')).status).toBe(404);
  expect((await post(path, '/api/run/stop', '{}')).body).toBe('{"stopped":false}');
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
});

test('settings: shown, changed all or none, journaled, comments kept', async () => {
  await using system = await realSystem();
  const conf = await readFile(system.conf, 'utf8');
  await writeFile(system.conf, conf.replace('[backup]', '; ours\n[backup]'));
  expect((await system.lifeboat('settings')).stdout).toMatch(/^time = 23:45$/m);
  const changed = await system.lifeboat('settings', 'keep=14', 'time=02:30');
  expect(changed.stdout).toMatch(/^keep is 14 now, was \d+$/m);
  const after = await readFile(system.conf, 'utf8');
  expect(after).toContain('; ours');
  const wrong = await system.lifeboat('settings', 'time=03:00', 'keep=101');
  expect(wrong.status).toBe(ERRORS['conf-invalid'].exit);
  expect(wrong.stderr).toMatch(/keep.*101.*1 to 100/);
  expect(await readFile(system.conf, 'utf8')).toBe(after);
  expect((await system.lifeboat('settings', 'keep')).status).toBe(ERRORS.usage.exit);
  const journal = await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
  expect(journal).toMatch(/settings: time is 02:30 now, was 23:45/);
});

/** A hook that takes its time, so that a run can be met while it goes on. */
const SLOW = { hooks: ['before = sleep 4'] };

async function untilRunning(system: RealSystem): Promise<void> {
  const path = await socketOf(system);
  await expect
    .poll(async () => JSON.parse((await post(path, '/api/run', undefined)).body).run, { timeout: 20_000 })
    .not.toBeNull();
}

async function socketOf(system: RealSystem, conf?: string): Promise<string> {
  return socketPath(system.state, await idOf(system, conf));
}

async function idOf(system: RealSystem, conf?: string): Promise<string> {
  const found = /^id = (.+)$/m.exec(conf ?? (await readFile(system.conf, 'utf8')))?.[1];
  if (found === undefined) throw new Error('the conf has no id');
  return found;
}

async function post(
  path: string,
  route: string,
  body: string | undefined,
): Promise<{ status: number | undefined; body: string }> {
  const method = body === undefined ? 'GET' : 'POST';
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const sending = request({ socketPath: path, path: route, method, headers });
  sending.end(body);
  const [answer] = await once(sending, 'response');
  return { status: answer.statusCode, body: await text(answer) };
}
