import type { Gauge } from 'prom-client';

/** The last drill that came to a result, and when the next is due; undefined: none. */
export interface DrillFacts {
  last:
    | { endedAt: Temporal.Instant; green: boolean; seconds: number; restoreSeconds: number | undefined }
    | undefined;
  next: Temporal.Instant | undefined;
}

/** What Prometheus is told of restore drills, in gauges that `make` makes and `set` sets or takes away. */
export function drillGauges(
  make: (name: string, help: string) => Gauge,
  set: (gauge: Gauge, value: number | undefined) => void,
): { looked(facts: DrillFacts): void } {
  const ended = make('last_drill_timestamp_seconds', 'When the last restore drill ended');
  const green = make('last_drill_green', '1 if the last restore drill was green, 0 if it was red');
  const took = make('last_drill_duration_seconds', 'How long the last restore drill took');
  const restore = make('restore_expected_seconds', 'How long staging and checking a restore took in it');
  const due = make('next_drill_timestamp_seconds', 'When the next restore drill is due');
  const seconds = (at: Temporal.Instant | undefined) => at && at.epochMilliseconds / 1000;
  return {
    looked({ last, next }) {
      set(ended, seconds(last?.endedAt));
      set(green, last && Number(last.green));
      set(took, last?.seconds);
      set(restore, last?.restoreSeconds);
      set(due, seconds(next));
    },
  };
}
