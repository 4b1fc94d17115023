import type { DrillReport } from '#drill/drill-report.ts';
import type { DrillFacts } from '#metrics/drill-gauges.ts';
import type { KnownDrills } from './read-drills.ts';

/** How drills stand, for the metrics. */
export function drillFacts({ last, next }: KnownDrills): DrillFacts {
  return {
    last: last === null ? undefined : factsOf(last),
    next: next === null ? undefined : Temporal.Instant.from(next),
  };
}

function factsOf({ startedAt, durationMs, result, restoreMs }: DrillReport): DrillFacts['last'] {
  return {
    endedAt: Temporal.Instant.from(startedAt).add({ milliseconds: durationMs }),
    green: result === 'green',
    seconds: durationMs / 1000,
    restoreSeconds: restoreMs === null ? undefined : restoreMs / 1000,
  };
}
