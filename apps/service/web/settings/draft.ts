import type { Settings } from '../api/answers.ts';
import { counted } from './counted.ts';

/** What stands in the form: texts as they were typed, and what was chosen. */
export interface Draft {
  path: string;
  secondPath: string;
  secondKeep: string;
  compression: string;
  naming: string;
  prefix: string;
  automation: string;
  frequency: string;
  /** FD-17: an interval in the place of the frequency. */
  interval: boolean;
  every: string;
  unit: string;
  time: string;
  weekday: string;
  weekdays: readonly string[];
  day: string;
  missed: string;
  onlyIfChanged: boolean;
  keepBy: string;
  keep: string;
  keepDays: string;
  deleteOld: string;
  retry: string;
  retryCount: string;
  retryUnit: string;
  cancel: boolean;
  cancelAfter: string;
  nice: string;
  ioLimit: string;
}

type Values = Settings['values'];

/** The form as it shows the settings of now. */
export function draftOf(values: Values): Draft {
  const value = (key: string, otherwise = ''): string => values[key] ?? otherwise;
  const [every = '6', unit = 'hours'] = value('every').split(' ').filter(Boolean);
  const [retryCount = '10', retryUnit = 'minutes'] =
    value('retry') === 'next' ? [] : value('retry', '10 minutes').split(' ');
  const keepsCount = values['keep'] != null;
  const keepsDays = values['keep_days'] != null;
  return {
    path: value('path'),
    secondPath: value('second_path'),
    secondKeep: value('second_keep', '7'),
    compression: value('compression', 'Fast'),
    naming: value('naming', 'numbered'),
    prefix: value('prefix'),
    automation: value('automation', 'on'),
    frequency: value('frequency', 'Daily'),
    interval: values['every'] != null,
    every,
    unit: plural(unit),
    time: value('time', '23:45'),
    weekday: value('weekday', 'Sunday'),
    weekdays: value('weekdays', value('weekday', 'Sunday')).split(', '),
    day: value('day', '1'),
    missed: value('missed', 'run'),
    onlyIfChanged: value('only_if_changed') === 'yes',
    keepBy: keepsCount && keepsDays ? 'both' : keepsDays ? 'days' : 'count',
    keep: value('keep', '7'),
    keepDays: value('keep_days', '30'),
    deleteOld: value('delete_old', 'after'),
    retry: value('retry') === 'next' ? 'next' : 'wait',
    retryCount,
    retryUnit: plural(retryUnit),
    cancel: value('cancel_after', 'off') !== 'off',
    cancelAfter: value('cancel_after', 'off') === 'off' ? '3' : (value('cancel_after').split(' ')[0] ?? '3'),
    nice: value('nice', '0'),
    ioLimit: value('io_limit'),
  };
}

/** `1 hour` is written so, and chosen among `hours`. */
function plural(unit: string): string {
  return unit.endsWith('s') ? unit : `${unit}s`;
}

/**
 * The keys that this form would change, as sysbackup.conf has them; null takes one out. A field that was emptied
 * though it has to hold something is sent empty: the service says what belongs there.
 */
export function changesOf(draft: Draft, values: Values): Record<string, string | null> {
  const wanted: Record<string, string | null> = {
    path: draft.path.trim(),
    second_path: draft.secondPath.trim() || null,
    second_keep: draft.secondPath.trim() === '' ? null : draft.secondKeep.trim(),
    compression: draft.compression,
    naming: draft.naming,
    prefix: draft.prefix.trim() || null,
    automation: draft.automation,
    frequency: draft.interval ? null : draft.frequency,
    every: draft.interval ? counted(draft.every, draft.unit) : null,
    weekdays: draft.interval && draft.unit === 'weeks' ? draft.weekdays.join(', ') : null,
    time: draft.time,
    weekday: draft.weekday,
    day: draft.day.trim(),
    missed: draft.missed,
    only_if_changed: draft.onlyIfChanged ? 'yes' : 'no',
    keep: draft.keepBy === 'days' ? null : draft.keep.trim(),
    keep_days: draft.keepBy === 'count' ? null : draft.keepDays.trim(),
    delete_old: draft.deleteOld,
    retry: draft.retry === 'next' ? 'next' : counted(draft.retryCount, draft.retryUnit),
    cancel_after: draft.cancel ? counted(draft.cancelAfter, 'attempts') : 'off',
    nice: draft.nice.trim(),
    io_limit: draft.ioLimit.trim() || null,
  };
  const isSame = (key: string): boolean => (values[key] ?? null) === wanted[key];
  return Object.fromEntries(Object.entries(wanted).filter(([key]) => !isSame(key)));
}
