import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#platform/clock.ts';
import { takeLock } from '#platform/lock.ts';
import { damageMember } from '../fakes/damage-archive.ts';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import { dueWhileOff, PATIENT } from './due-while-off.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { bodyOf, signInFirst } from './sign-in.ts';
import { startService } from './start-service.ts';

test('[LB-03] a drill that was due while the service was off is made up for, once; status and metrics tell of it', async () => {
  await using system = await realSystem({ conf: { drill: ['frequency = Daily', 'time = 03:30'] } });
  await system.lifeboat('backup');
  await dueWhileOff(system, 'drill');

  await using service = await startService(system);

  await expect.poll(async () => (await statusOf(system)).lastDrill?.result, PATIENT).toBe('green');
  expect(await journalOf(system)).toMatch(
    /drill schedule: .* due .* missed: the service was not running; one is made now/,
  );
  expect((await journalOf(system)).match(/ drill: started/g)).toHaveLength(1);
  const { stdout } = await system.lifeboat('status');
  expect(stdout).toMatch(/^last drill +.* green: zutritt-.* can be restored/m);
  expect(stdout).toMatch(/^next drill +due .* 03:30:00$/m);
  await expect.poll(() => metric(service.url, 'last_drill_green'), PATIENT).toBe(1);
  for (const name of [
    'last_drill_timestamp',
    'last_drill_duration',
    'restore_expected',
    'next_drill_timestamp',
  ]) {
    expect(await metric(service.url, `${name}_seconds`), name).toBeGreaterThan(0);
  }
}, 60_000);

test('[LB-12] a red drill is told, is an alarm until one is green, and neither hides the last good backup', async () => {
  await using chat = await httpReceiver();
  await using system = await realSystem({ conf: { 'webhook chat': ['url_file = ../chat-url'] } });
  await writeFile(join(system.root, '..', 'chat-url'), `${chat.url}/hook\n`, { mode: 0o600 });
  await system.lifeboat('backup');
  const [archive = ''] = await system.archives();
  const whole = await readFile(archive);
  await damageMember(archive, 'folder/image');
  await using service = await startService(system);
  const browser = await signInFirst(system, service.url);

  await browser.send('POST', 'api/drill', {});

  await expect.poll(() => kinds(chat), PATIENT).toEqual(['drill-failed']);
  expect(JSON.parse(chat.received[0]?.body ?? '{}').message).toMatch(/the drill is red: folder\/image: /);
  await expect.poll(() => metric(service.url, 'alarm{kind="drill-failed"}'), PATIENT).toBe(1);
  expect(await metric(service.url, 'last_drill_green')).toBe(0);
  expect((await statusOf(system)).alarms).toMatchObject([{ kind: 'drill-failed' }]);
  const { drills } = await bodyOf(browser.get('api/drills'));
  expect(drills).toMatchObject([{ result: 'red', archive: { name: expect.stringMatching(/\.zip$/) } }]);
  // Told by the command line too, and once for each.
  expect((await system.lifeboat('drill')).status).toBe(51);
  await expect.poll(() => kinds(chat), PATIENT).toEqual(['drill-failed', 'drill-failed']);
  await writeFile(archive, whole);
  expect((await system.lifeboat('drill')).status).toBe(0);
  await expect.poll(() => kinds(chat), PATIENT).toEqual(['drill-failed', 'drill-failed', 'drill-passed']);
  expect((await statusOf(system)).alarms).toEqual([]);
}, 60_000);

test('[LB-03] a backup that is due while a drill goes on waits for its end instead of being missed', async () => {
  await using system = await realSystem();
  await system.lifeboat('backup');
  await dueWhileOff(system);
  const id = await idOf(system);
  const lock = { stateFolder: system.state, systemId: id, purpose: 'a restore drill', clock: systemClock() };
  const drill = await takeLock(lock);
  await using _service = await startService(system);
  // Longer than the service looks twice.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await system.archives()).toHaveLength(1);
  await drill[Symbol.asyncDispose]();
  await expect.poll(() => system.archives(), PATIENT).toHaveLength(2);
  expect(await journalOf(system)).not.toMatch(/was missed: cannot start/);
}, 60_000);

test('[LB-03] a drill that is due while a backup goes on waits for its end', async () => {
  await using system = await realSystem({ conf: { drill: ['frequency = Daily'] } });
  await system.lifeboat('backup');
  await dueWhileOff(system, 'drill');
  const id = await idOf(system);
  const lock = { stateFolder: system.state, systemId: id, purpose: 'a backup', clock: systemClock() };
  const backup = await takeLock(lock);
  await using _service = await startService(system);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await journalOf(system)).not.toMatch(/ drill: started/);
  await backup[Symbol.asyncDispose]();
  await expect.poll(async () => (await statusOf(system)).lastDrill?.result, PATIENT).toBe('green');
}, 60_000);

function kinds(chat: HttpReceiver): string[] {
  return chat.received.map(({ body }) => JSON.parse(body).kind);
}

async function metric(url: string, name: string): Promise<number | undefined> {
  const [, label = ''] = /\{(.*)\}/.exec(name) ?? [];
  const text = await (await fetch(`${url}metrics`)).text();
  const lines = text.split('\n').filter((one) => one.startsWith(`lifeboat_${name.replace(/\{.*/, '')}{`));
  const line = lines.find((one) => one.includes(label));
  return line === undefined ? undefined : Number(line.split('} ')[1]);
}

async function idOf(system: RealSystem): Promise<string> {
  return /^id = (.+)$/m.exec(await readFile(system.conf, 'utf8'))?.[1] ?? '';
}

async function statusOf(system: RealSystem): Promise<{
  lastDrill: { result: string } | null;
  alarms: { kind: string }[];
}> {
  return JSON.parse((await system.lifeboat('--json', 'status')).stdout);
}

async function journalOf(system: RealSystem): Promise<string> {
  return await readFile(join(system.state, 'logs', 'Backup Journal[001].txt'), 'utf8');
}
