import type { Log } from '#log/log.ts';
import { type BackupMetrics, backupMetrics } from '#metrics/backup-metrics.ts';
import { alarmsOf } from '#notify/alarms-of.ts';
import type { EndedBackup } from '#notify/ended-backup.ts';
import type { Memory } from '#notify/memory.ts';
import type { Clock } from '#platform/clock.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { drillFacts } from '../drill/drill-facts.ts';
import { readDrills } from '../drill/read-drills.ts';
import type { Health } from '../page/register-metrics.ts';
import { readAutomation } from '../status/read-automation.ts';
import { readFacts } from '../status/read-facts.ts';

/** What monitoring systems are told of a service. */
export interface Monitoring {
  readonly metrics: BackupMetrics;
  health(): Health;
  /** After each look of the watch: reads how the system stands. Never throws. */
  looked(system: ComposedSystem, memory: Memory, signal: AbortSignal): Promise<void>;
  runEnded(run: EndedBackup): void;
}

/** The watch looks every five minutes; a service that has not looked for so long, in milliseconds, hangs. */
const LONGEST_SILENCE_MS = 16 * 60_000;

export function openMonitoring(system: { id: string; name: string }, clock: Clock, log: Log): Monitoring {
  const metrics = backupMetrics(system, PROGRAM_VERSION, clock);
  let lookedAt = clock.elapsed();
  let alarms: Health['alarms'] = [];
  return {
    metrics,
    health: () => ({
      alive: clock.elapsed() - lookedAt < LONGEST_SILENCE_MS,
      version: PROGRAM_VERSION,
      alarms,
    }),
    async looked(composed, memory, signal) {
      alarms = alarmsOf(memory);
      try {
        const { nextRun } = await readAutomation(composed, clock);
        const known = {
          now: clock.now(),
          nextRun: nextRun === null ? undefined : Temporal.Instant.from(nextRun),
          alarms: alarms.map(({ kind }) => kind),
          drills: drillFacts(await readDrills(composed, clock)),
        };
        metrics.looked(await readFacts(composed, known, signal));
      } catch (error) {
        if (!signal.aborted) log.error('the metrics could not be read', { error });
      }
      lookedAt = clock.elapsed();
    },
    runEnded: (run) => metrics.runEnded(run),
  };
}
