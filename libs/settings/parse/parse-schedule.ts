import {
  type Frequency,
  INTERVAL_LIMITS,
  type Interval,
  WEEKDAYS,
  type Weekday,
} from '#schedule/schedule.ts';
import type { RetryWait } from '#schedule/scheduler-settings.ts';
import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { ScheduleKeys } from '../settings.ts';

/** BS-06: exactly these four, in the order in which they are offered. */
export const FREQUENCIES: readonly Frequency[] = ['Not Use', 'Daily', 'Weekly', 'Monthly'];

/** The keys that say when runs happen by themselves, and what becomes of those that did not. */
export function parseSchedule(section: SectionReader, otherwise: Frequency = 'Daily'): ScheduleKeys {
  const weekday = section.choice('weekday', WEEKDAYS, 'Sunday');
  const every = parseEvery(section);
  return {
    frequency: section.choice('frequency', FREQUENCIES, otherwise),
    time:
      section.text('time', { allowed: 'HH:MM from 00:00 to 23:59', pattern: /^([01]\d|2[0-3]):[0-5]\d$/ }) ??
      '23:45',
    weekday,
    day: section.wholeNumber('day', { from: 1, to: 31, otherwise: 1 }),
    every,
    weekdays: parseWeekdays(section, every) ?? [weekday],
    automation: section.choice('automation', ['on', 'off', 'paused'], 'on'),
    missed: section.choice('missed', ['run', 'wait'], 'run'),
    retry: parseRetry(section),
    cancelAfter: parseCancelAfter(section),
  };
}

/** FD-17. Beside `frequency` one of the two would be overruled in silence, so only one may stand there. */
function parseEvery(section: SectionReader): Interval | undefined {
  const allowed = '1 to 24 hours, 1 to 365 days, 1 to 52 weeks or 1 to 24 months (6 hours)';
  const text = section.text('every', { allowed });
  if (text === undefined) return undefined;
  if (section.has('frequency')) section.mistake('every', 'this key beside frequency', 'one of the two');
  const read = countOf(text, ['hours', 'days', 'weeks', 'months']);
  if (read !== undefined && read.count <= INTERVAL_LIMITS[read.unit]) return read;
  section.mistake('every', quote(text), allowed);
  return undefined;
}

/** Without `every = N weeks` they would mean nothing, to a reader who takes them for the days of his backups. */
function parseWeekdays(section: SectionReader, every: Interval | undefined): Weekday[] | undefined {
  if (!section.has('weekdays')) return undefined;
  const allowed = `one or more of ${WEEKDAYS.join(', ')}`;
  const written = section.list('weekdays', { comma: /,/, allowed });
  const days = written.map((item) => WEEKDAYS.find((day) => day.toLowerCase() === item.toLowerCase()));
  if (written.length === 0) section.mistake('weekdays', 'nothing', allowed);
  for (const [index, item] of written.entries()) {
    const day = days[index];
    if (day === undefined) section.mistake('weekdays', quote(item), allowed);
    else if (days.indexOf(day) < index) section.mistake('weekdays', `${day} a second time`, 'each day once');
  }
  if (every?.unit !== 'weeks') {
    section.mistake('weekdays', 'this key without every = N weeks', 'weekday for frequency = Weekly');
  }
  return WEEKDAYS.filter((day) => days.includes(day));
}

/** FD-07: from 1 second to 24 hours. */
function parseRetry(section: SectionReader): RetryWait {
  const otherwise: RetryWait = { count: 10, unit: 'minutes' };
  const allowed = 'next, or a wait of 1 second to 24 hours (10 minutes)';
  const text = section.text('retry', { allowed });
  if (text === undefined) return otherwise;
  if (text.toLowerCase() === 'next') return 'next';
  const read = countOf(text, ['seconds', 'minutes', 'hours']);
  const most = { seconds: 86_400, minutes: 1440, hours: 24 };
  if (read !== undefined && read.count <= most[read.unit]) return read;
  section.mistake('retry', quote(text), allowed);
  return otherwise;
}

/** FD-09: off unless it is set. */
function parseCancelAfter(section: SectionReader): number | undefined {
  const allowed = 'off, or 1 to 100 attempts (3 attempts)';
  const text = section.text('cancel_after', { allowed });
  if (text === undefined || text.toLowerCase() === 'off') return undefined;
  const read = countOf(text, ['attempts']);
  if (read !== undefined && read.count <= 100) return read.count;
  section.mistake('cancel_after', quote(text), allowed);
  return undefined;
}

/** `6 hours`, `1 hour`: a number from 1 on and one of these words, which lose their s where a person would leave it out. */
function countOf<const T extends string>(
  text: string,
  units: readonly T[],
): { count: number; unit: T } | undefined {
  const [, digits, word] = /^([1-9]\d{0,5}) +([a-z]+)$/.exec(text.toLowerCase()) ?? [];
  const unit = units.find((plural) => plural === word || plural.slice(0, -1) === word);
  return unit && { count: Number(digits), unit };
}
