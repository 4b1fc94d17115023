import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { backupMetrics, type SystemFacts } from '#metrics/backup-metrics.ts';
import { type Health, registerMetrics } from '../../../apps/service/page/register-metrics.ts';
import { settableClock } from '../../fakes/settable-clock.ts';

const SYSTEM = { id: '0190-door', name: 'Door "A"\\\n' };
const FACTS: SystemFacts = {
  lastGood: { takenAt: Temporal.Instant.from('2026-04-10T20:45:00Z'), bytes: 12_345 },
  nextRun: Temporal.Instant.from('2026-04-11T21:45:00Z'),
  space: { free: 1e12, needed: 12_400 },
  archives: { good: 7, incomplete: 1, unreadable: 0 },
  alarms: ['too-old'],
  drills: { last: undefined, next: undefined },
};

/** The samples as a scraper would read them, the labels of the system left out. */
async function samples(metrics: ReturnType<typeof backupMetrics>): Promise<Record<string, number>> {
  const { text } = await metrics.read();
  const found: Record<string, number> = {};
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    const own = labels.replace(/(^|,)(system|name)="(\\.|[^"\\])*"/g, '').replace(/^,/, '');
    found[own === '' ? name : `${name} ${own}`] = Number(value);
  }
  return found;
}

test('what is known of a system; what is not known is absent', async () => {
  const clock = settableClock('2026-04-10T21:45:00Z');
  const metrics = backupMetrics(SYSTEM, '1.2.3', clock);
  expect(await samples(metrics)).toEqual({
    'lifeboat_build_info version="1.2.3"': 1,
    ...Object.fromEntries(
      ['done', 'incomplete', 'failed', 'interrupted', 'skipped'].map((outcome) => [
        `lifeboat_runs_total operation="backup",outcome="${outcome}"`,
        0,
      ]),
    ),
  });
  metrics.looked(FACTS);
  metrics.runEnded({ operation: 'backup', state: 'done', durationMs: 2500 });
  metrics.runEnded({ operation: 'backup', state: 'failed', durationMs: 500 });
  metrics.runEnded({ operation: 'backup', state: 'failed', durationMs: 1500 });
  metrics.runEnded({ operation: 'verify', state: 'done', durationMs: 9 });
  clock.pass(60);
  expect(await samples(metrics)).toMatchObject({
    'lifeboat_runs_total operation="backup",outcome="done"': 1,
    'lifeboat_runs_total operation="backup",outcome="failed"': 2,
    'lifeboat_runs_total operation="verify",outcome="done"': 1,
    lifeboat_last_backup_duration_seconds: 1.5,
    lifeboat_last_success_timestamp_seconds: Date.parse('2026-04-10T20:45:00Z') / 1000,
    lifeboat_last_success_age_seconds: 3660,
    lifeboat_last_success_bytes: 12_345,
    lifeboat_next_run_timestamp_seconds: Date.parse('2026-04-11T21:45:00Z') / 1000,
    lifeboat_destination_free_bytes: 1e12,
    lifeboat_destination_needed_bytes: 12_400,
    'lifeboat_archives state="good"': 7,
    'lifeboat_archives state="incomplete"': 1,
    'lifeboat_alarm kind="too-old"': 1,
    'lifeboat_alarm kind="alert"': 0,
  });
  metrics.looked({ ...FACTS, lastGood: undefined, nextRun: undefined, space: undefined });
  const after = await samples(metrics);
  for (const name of ['last_success_age_seconds', 'next_run_timestamp_seconds', 'destination_free_bytes']) {
    expect(after[`lifeboat_${name}`]).toBeUndefined();
  }
});

test('two services in one process have metrics of their own', async () => {
  const clock = settableClock();
  const [one, two] = [backupMetrics(SYSTEM, '1', clock), backupMetrics(SYSTEM, '1', clock)];
  one.runEnded({ operation: 'backup', state: 'done', durationMs: 1 });
  expect((await samples(two))['lifeboat_runs_total operation="backup",outcome="done"']).toBe(0);
});

test('/metrics and /healthz: 503 only if the service itself is down, whatever the backups do', async () => {
  const clock = settableClock();
  const metrics = backupMetrics(SYSTEM, '1.2.3', clock);
  metrics.looked(FACTS);
  let health: Health = { alive: true, version: '1.2.3', alarms: [] };
  const server = fastify();
  registerMetrics(server, { metrics, health: () => health });
  const scraped = await server.inject('/metrics');
  expect(scraped.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(scraped.body).toContain('# TYPE lifeboat_last_success_age_seconds gauge');
  expect((await server.inject('/healthz')).json()).toMatchObject({ status: 'ok', version: '1.2.3' });
  health = { ...health, alarms: [{ kind: 'too-old', since: '2026-04-10T21:45:00Z', message: 'm' }] };
  const alarmed = await server.inject('/healthz');
  expect([alarmed.statusCode, alarmed.json().status]).toEqual([200, 'alarm']);
  health = { ...health, alive: false };
  const down = await server.inject('/healthz');
  expect([down.statusCode, down.json().status]).toEqual([503, 'down']);
  await server.close();
});

test('a scrape takes the same time however many runs there were', async () => {
  const metrics = backupMetrics(SYSTEM, '1', settableClock());
  for (let run = 0; run < 20_000; run += 1) {
    metrics.looked(FACTS);
    metrics.runEnded({ operation: 'backup', state: 'done', durationMs: run });
  }
  const begin = performance.now();
  const { text } = await metrics.read();
  expect(performance.now() - begin).toBeLessThan(200);
  expect(text.length).toBeLessThan(6000);
});
