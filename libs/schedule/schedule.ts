/** BS-06: exactly these four main choices. */
export type Frequency = 'Not Use' | 'Daily' | 'Weekly' | 'Monthly';

export type Weekday = 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday';

export const WEEKDAYS: readonly Weekday[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];

/**
 * When backups run by themselves: one of the four main choices, or FD-17's every so many hours, days, weeks or
 * months. Times are wall-clock times `HH:MM` of the zone that is passed beside it; days go from 1 to 31 and mean
 * the last day of a shorter month. The flat backup settings are no schedule of themselves: `scheduleOf` makes one.
 */
export type Schedule =
  | { frequency: 'Not Use'; every?: never }
  | { frequency: 'Daily'; time: string; every?: never }
  | { frequency: 'Weekly'; time: string; weekday: Weekday; every?: never }
  | { frequency: 'Monthly'; time: string; day: number; every?: never }
  | IntervalSchedule;

/** Counted from the last run: hours from its moment, days from its date, weeks from its week (Monday first), months from its month. */
export type IntervalSchedule =
  | { frequency: 'Every'; unit: 'hours'; count: number }
  | { frequency: 'Every'; unit: 'days'; count: number; time: string }
  | { frequency: 'Every'; unit: 'weeks'; count: number; time: string; weekdays: readonly Weekday[] }
  | { frequency: 'Every'; unit: 'months'; count: number; time: string; day: number };

export interface Interval {
  count: number;
  unit: 'hours' | 'days' | 'weeks' | 'months';
}

/** How many of each unit an interval may have. */
export const INTERVAL_LIMITS: Record<Interval['unit'], number> = {
  hours: 24,
  days: 365,
  weeks: 52,
  months: 24,
};
