import { runScheduler } from '#schedule/run-scheduler.ts';
import { type Schedule, WEEKDAYS } from '#schedule/schedule.ts';
import type { SchedulerSettings } from '#schedule/scheduler-settings.ts';
import { DAY, type Zone, zoneTable } from './due-oracle.ts';
import { fakeWorld, type Truth } from './fake-world.ts';
import { type Judge, judge } from './judge.ts';
import { type Random, seededRandom } from './random.ts';

export const KINDS = ['Not Use', 'Daily', 'Weekly', 'Monthly', 'hours', 'days', 'weeks', 'months'] as const;

export type Kind = (typeof KINDS)[number];

export type Counts = Judge['counts'] & { starts: number; troubles: number; restarts: number };

/**
 * Lets a scheduler run in a zone for so many years on a machine where everything goes wrong. Throws, with all
 * that is needed to repeat it, as soon as a due time is left out, handled twice, late without reason or missed
 * for a reason that is not true.
 */
export async function simulateZone(options: {
  zone: string;
  kind: Kind;
  fromYear: number;
  years: number;
  seed: number;
}): Promise<Counts> {
  const random = seededRandom(options.seed);
  const from = Date.UTC(options.fromYear, 0, 1) + random.between(0, DAY);
  const settings = anySettings(options.kind, random);
  const truth: { now: Truth | undefined } = { now: undefined };
  const watching = judge({ truth: () => truth.now ?? NOTHING, zones: tableOf });
  const world = fakeWorld({
    random,
    zone: options.zone,
    from,
    length: options.years * 365.2425 * DAY,
    settings,
    others: [anySettings(options.kind, random), anySettings(random.pick(KINDS), random)],
    otherZones: [random.pick(ZONES)],
    witness: watching,
  });
  truth.now = world.truth;
  try {
    await world.live(runScheduler);
    watching.ends();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${JSON.stringify({ ...options, settings })}: ${message}`, { cause: error });
  }
  return { ...watching.counts, ...world.counts };
}

export const ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');

const NOTHING: Truth = { off: true, asleep: false, busy: false, locked: false, kills: 0 };

const tables = new Map<string, Zone>();

function tableOf(name: string): Zone {
  const table = tables.get(name) ?? zoneTable(name, Date.UTC(1970, 0, 1), Date.UTC(2060, 0, 1));
  tables.set(name, table);
  return table;
}

function anySettings(kind: Kind, random: Random): SchedulerSettings {
  return {
    schedule: anySchedule(kind, random),
    automation: random.chance(0.9) ? 'on' : random.pick(['off', 'paused']),
    missed: random.pick(['run', 'run', 'wait']),
    retry: random.pick([
      'next',
      { count: random.between(1, 90), unit: 'seconds' },
      { count: random.between(1, 90), unit: 'minutes' },
      { count: random.between(1, 24), unit: 'hours' },
    ]),
    cancelAfter: random.pick([undefined, undefined, random.between(1, 6)]),
  };
}

function anySchedule(kind: Kind, random: Random): Schedule {
  const time = anyTime(random);
  const day = random.pick([random.between(1, 28), random.between(29, 31)]);
  switch (kind) {
    case 'Not Use':
      return { frequency: kind };
    case 'Daily':
      return { frequency: kind, time };
    case 'Weekly':
      return { frequency: kind, time, weekday: random.pick(WEEKDAYS) };
    case 'Monthly':
      return { frequency: kind, time, day };
    case 'hours':
      return { frequency: 'Every', unit: kind, count: random.between(1, 24) };
    case 'days':
      return { frequency: 'Every', unit: kind, count: random.pick([1, 2, 3, random.between(4, 60)]), time };
    case 'weeks': {
      const weekdays = WEEKDAYS.filter(() => random.chance(0.4));
      const some = weekdays.length === 0 ? [random.pick(WEEKDAYS)] : weekdays;
      return {
        frequency: 'Every',
        unit: kind,
        count: random.pick([1, 2, random.between(3, 20)]),
        time,
        weekdays: some,
      };
    }
    case 'months':
      return { frequency: 'Every', unit: kind, count: random.pick([1, 2, random.between(3, 14)]), time, day };
  }
}

/** Half of them in the hours in which clocks are changed. */
function anyTime(random: Random): string {
  const hour = random.pick([random.between(0, 23), random.between(0, 3), 23]);
  const minute = random.pick([0, 30, 45, random.between(0, 59)]);
  return [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
}
