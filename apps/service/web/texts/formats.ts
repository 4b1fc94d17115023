/** Times, sizes and durations in the reader's way; times are in the zone of the reader's machine. */
export interface Formats {
  dateTime(iso: string): string;
  date(iso: string): string;
  /** The time of day. */
  time(iso: string): string;
  /** `3 hours ago`; `now` is ISO 8601, too. */
  ago(iso: string, now: string): string;
  bytes(count: number): string;
  duration(ms: number): string;
  percent(share: number): string;
  number(value: number): string;
  /** The seven days from Monday on, by their English names. */
  weekday(english: string): string;
}

export const WEEKDAYS: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** From so many seconds on, in units of so many. */
const AGES: [number, number, Intl.RelativeTimeFormatUnit][] = [
  [2 * DAY, DAY, 'day'],
  [HOUR, HOUR, 'hour'],
  [MINUTE, MINUTE, 'minute'],
  [0, 1, 'second'],
];

export function createFormats(locale: string): Formats {
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const number = new Intl.NumberFormat(locale);
  const unit = (value: number, name: string, digits = 0): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: name === 'byte' ? 'long' : 'short',
      maximumFractionDigits: digits,
    }).format(value);

  return {
    dateTime: (iso) => dateTime.format(Date.parse(iso)),
    date: (iso) => date.format(Date.parse(iso)),
    time: (iso) => time.format(Date.parse(iso)),
    ago(iso, now) {
      const seconds = (Date.parse(iso) - Date.parse(now)) / 1000;
      const [, size, name] = AGES.find(([from]) => Math.abs(seconds) >= from) ?? [0, 1, 'second'];
      return relative.format(Math.round(seconds / size), name);
    },
    bytes(count) {
      const step = count < 1000 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(count) / 3));
      const value = count / 1000 ** step;
      return unit(value, SIZES[step] ?? 'byte', step === 0 || value >= 100 ? 0 : 1);
    },
    duration(ms) {
      const seconds = ms / 1000;
      if (seconds < 10) return unit(seconds, 'second', 1);
      if (seconds < MINUTE) return unit(seconds, 'second');
      if (seconds < HOUR) {
        return `${unit(Math.floor(seconds / MINUTE), 'minute')} ${unit(Math.floor(seconds % MINUTE), 'second')}`;
      }
      return `${unit(Math.floor(seconds / HOUR), 'hour')} ${unit(Math.floor((seconds % HOUR) / MINUTE), 'minute')}`;
    },
    // 100 % is said when all is done, not before.
    percent: (share) => percent.format(Math.floor(Math.min(1, share) * 100) / 100),
    number: (value) => number.format(value),
    // 1 January 2024 was a Monday.
    weekday: (english) => weekday.format(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(english))),
  };
}
