import { Counter, Gauge, Registry } from 'prom-client';
import type { Clock } from '#platform/clock.ts';
import { type DrillFacts, drillGauges } from './drill-gauges.ts';

/** How one system stands, as it was looked at last. Bytes, and instants. */
export interface SystemFacts {
  lastGood: { takenAt: Temporal.Instant; bytes: number } | undefined;
  nextRun: Temporal.Instant | undefined;
  /** Undefined where the backup path cannot be read. */
  space: { free: number; needed: number } | undefined;
  archives: Readonly<Record<'good' | 'incomplete' | 'unreadable', number>>;
  drills: DrillFacts;
  /** Kinds of alarms that hold. */
  alarms: readonly string[];
}

/** How a run ended. */
export interface RunFacts {
  operation: string;
  state: string;
  durationMs: number;
}

/** What Prometheus gets. All of it is known beforehand: being asked costs nothing that grows with the archives. */
export interface BackupMetrics {
  runEnded(run: RunFacts): void;
  looked(facts: SystemFacts): void;
  read(): Promise<{ contentType: string; text: string }>;
}

export const OUTCOMES = ['done', 'incomplete', 'failed', 'interrupted', 'skipped'] as const;
const ALARMS = ['alert', 'too-old', 'drill-failed'];

/** One registry for one service; nothing is shared with others of the same process. */
export function backupMetrics(
  system: { id: string; name: string },
  version: string,
  clock: Clock,
): BackupMetrics {
  const registry = new Registry();
  const labels = { system: system.id, name: system.name };
  const gauge = (name: string, help: string, more: string[] = []): Gauge =>
    new Gauge({
      name: `lifeboat_${name}`,
      help,
      labelNames: ['system', 'name', ...more],
      registers: [registry],
    });
  const set = (to: Gauge, value: number | undefined): void => {
    // What is not known is absent: a 0 would be taken for a fact.
    if (value === undefined) to.remove(labels);
    else to.set(labels, value);
  };
  const seconds = (at: Temporal.Instant | undefined): number | undefined => at && at.epochMilliseconds / 1000;

  const runs = new Counter({
    name: 'lifeboat_runs_total',
    help: 'Runs since the service started, by operation and outcome',
    labelNames: ['system', 'name', 'operation', 'outcome'],
    registers: [registry],
  });
  for (const outcome of OUTCOMES) runs.inc({ ...labels, operation: 'backup', outcome }, 0);
  const duration = gauge('last_backup_duration_seconds', 'How long the last backup took, however it ended');
  const lastSuccess = gauge('last_success_timestamp_seconds', 'When the last good backup was taken');
  const bytes = gauge('last_success_bytes', 'Size of the archive of the last good backup');
  const next = gauge('next_run_timestamp_seconds', 'When the next backup is due');
  const drills = drillGauges(gauge, set);
  const free = gauge('destination_free_bytes', 'Free space in the backup path');
  const needed = gauge('destination_needed_bytes', 'Space that the next backup is expected to need');
  const archives = gauge('archives', 'Archives of the system in the backup path', ['state']);
  const alarms = gauge('alarm', '1 while the alarm holds', ['kind']);
  let taken: Temporal.Instant | undefined;
  new Gauge({
    name: 'lifeboat_last_success_age_seconds',
    help: 'Age of the last good backup',
    labelNames: ['system', 'name'],
    registers: [registry],
    collect() {
      set(this, taken?.until(clock.now()).total('seconds'));
    },
  });
  gauge('build_info', 'Always 1; the version is in the label', ['version']).set({ ...labels, version }, 1);

  return {
    runEnded({ operation, state, durationMs }) {
      runs.inc({ ...labels, operation, outcome: state });
      if (operation === 'backup') set(duration, durationMs / 1000);
    },
    looked(facts) {
      taken = facts.lastGood?.takenAt;
      set(lastSuccess, seconds(taken));
      set(bytes, facts.lastGood?.bytes);
      set(next, seconds(facts.nextRun));
      drills.looked(facts.drills);
      set(free, facts.space?.free);
      set(needed, facts.space?.needed);
      for (const [state, count] of Object.entries(facts.archives)) archives.set({ ...labels, state }, count);
      for (const kind of ALARMS) alarms.set({ ...labels, kind }, facts.alarms.includes(kind) ? 1 : 0);
    },
    async read() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
