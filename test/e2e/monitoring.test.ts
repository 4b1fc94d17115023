import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { type HttpReceiver, httpReceiver } from '../fakes/http-receiver.ts';
import { type RealSystem, realSystem } from './real-system.ts';
import { startService } from './start-service.ts';

const TOKEN = '/hooks/T0K3N-T0K3N?key=geheim-geheim';

async function watchedSystem(chat: HttpReceiver, more: Record<string, string[]> = {}): Promise<RealSystem> {
  const system = await realSystem({
    conf: {
      ...more,
      'webhook chat': ['url_file = ../chat-url'],
      watch: ['max_age = 1 hours'],
      log: ['level = debug', 'file = ../log/service.log'],
    },
  });
  await writeFile(join(system.root, '..', 'chat-url'), `${chat.url}${TOKEN}\n`, { mode: 0o600 });
  return system;
}

function kinds(chat: HttpReceiver): string[] {
  return chat.received.map(({ body }) => JSON.parse(body).kind);
}

async function metric(url: string, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}metrics`)).text();
  const line = text
    .split('\n')
    .find(
      (one) => one.startsWith(`lifeboat_${name.split(' ')[0]}{`) && one.includes(name.split(' ')[1] ?? ''),
    );
  return line === undefined ? undefined : Number(line.split('} ')[1]);
}

test('[LB-10] a service that starts after its archives were lost raises the alarm by itself, once over restarts', async () => {
  await using chat = await httpReceiver();
  await using system = await watchedSystem(chat);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  await using first = await startService(system);
  await expect.poll(() => metric(first.url, 'archives state="good"'), { timeout: 20_000 }).toBe(1);
  expect(kinds(chat)).toEqual([]);
  await first.stop();
  for (const archive of await system.archives()) await rm(archive);
  for (let start = 0; start < 2; start += 1) {
    await using service = await startService(system);
    await expect.poll(() => metric(service.url, 'alarm kind="too-old"'), { timeout: 20_000 }).toBe(1);
    await expect.poll(() => kinds(chat), { timeout: 20_000 }).toEqual(['too-old']);
    const health = await fetch(`${service.url}healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: 'alarm',
      alarms: [{ kind: 'too-old', message: 'there is no good backup any more' }],
    });
  }
  await using service = await startService(system);
  const { alarms } = JSON.parse((await system.lifeboat('--json', 'status')).stdout);
  expect(alarms).toMatchObject([
    { kind: 'too-old', message: expect.stringMatching(/there is no good backup any more/) },
  ]);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  await expect.poll(() => kinds(chat), { timeout: 20_000 }).toEqual(['too-old', 'recovered']);
  await expect.poll(() => metric(service.url, 'alarm kind="too-old"'), { timeout: 20_000 }).toBe(0);
});

test('[FD-08] runs of a service: metrics, a log of JSON without secrets, and the alarm of the second failure', async () => {
  await using chat = await httpReceiver();
  await using system = await watchedSystem(chat);
  await using service = await startService(system);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  await expect.poll(() => metric(service.url, 'archives state="good"'), { timeout: 20_000 }).toBe(1);
  expect(await metric(service.url, 'runs_total outcome="done"')).toBe(1);
  expect(await metric(service.url, 'last_success_age_seconds')).toBeLessThan(120);
  expect(await metric(service.url, 'destination_free_bytes')).toBeGreaterThan(0);
  expect(await metric(service.url, 'next_run_timestamp_seconds')).toBeGreaterThan(0);
  await rename(system.backups, `${system.backups} away`);
  for (let run = 0; run < 2; run += 1) {
    expect(await system.lifeboat('backup')).toMatchObject({ status: ERRORS['destination-missing'].exit });
  }
  await expect.poll(() => kinds(chat), { timeout: 20_000 }).toEqual(['failure', 'alert']);
  expect(await metric(service.url, 'runs_total outcome="failed"')).toBe(2);
  await expect.poll(() => metric(service.url, 'alarm kind="alert"'), { timeout: 20_000 }).toBe(1);
  await expect.poll(() => metric(service.url, 'destination_free_bytes')).toBeUndefined();
  await rename(`${system.backups} away`, system.backups);
  await service.stop();
  const text = await readFile(join(system.root, '..', 'log', 'service.log'), 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['the service has started', 'backup started', 'backup ended', 'the service ends']),
  );
  expect(lines.filter(({ what }) => what === 'backup ended')).toMatchObject([
    { level: 'info', state: 'done', archive: expect.stringMatching(/\.zip$/) },
    { level: 'error', state: 'failed', code: 'destination-missing' },
    { level: 'error', state: 'failed', code: 'destination-missing' },
  ]);
  expect(text).not.toMatch(/T0K3N|geheim/);
});

test('[FD-04] a backup that kill -9 cut off is told when the service starts again, once', async () => {
  await using chat = await httpReceiver();
  await using system = await watchedSystem(chat, { hooks: ['before = sleep 5'] });
  const first = await startService(system);
  const asked = system.lifeboat('backup');
  const journal = join(system.state, 'logs', 'Backup Journal[001].txt');
  const written = () => readFile(journal, 'utf8').catch(() => '');
  await expect.poll(written, { timeout: 20_000 }).toContain('hook before: started');
  first.process.kill('SIGKILL');
  expect(await asked).toMatchObject({ status: ERRORS['service-lost'].exit });
  for (let start = 0; start < 2; start += 1) {
    await using service = await startService(system);
    await expect.poll(() => metric(service.url, 'archives state="good"'), { timeout: 20_000 }).toBe(0);
    await expect.poll(() => kinds(chat), { timeout: 20_000 }).toEqual(['interrupted']);
  }
  expect(JSON.parse(chat.received[0]?.body ?? '')).toMatchObject({
    run: { state: 'interrupted', code: 'interrupted' },
    message: expect.stringContaining('cut off by a kill or a power cut'),
  });
});
