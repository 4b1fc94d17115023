import type { BackupSettings } from './settings.ts';

/**
 * The settings of `[backup]` as its keys and values, those that nobody wrote included: each could be written into
 * the conf as it stands here. Keys that are not in use are undefined.
 */
export function backupValues(backup: BackupSettings): Record<string, string | undefined> {
  const { every, retry, keep, ioLimit } = backup;
  return {
    path: backup.path,
    second_path: backup.second?.path,
    second_keep: backup.second?.keep.toString(),
    frequency: every === undefined ? backup.frequency : undefined,
    every: every && counted(every.count, every.unit),
    time: backup.time,
    weekday: backup.weekday,
    weekdays: every?.unit === 'weeks' ? backup.weekdays.join(', ') : undefined,
    day: String(backup.day),
    automation: backup.automation,
    missed: backup.missed,
    retry: retry === 'next' ? 'next' : counted(retry.count, retry.unit),
    cancel_after: backup.cancelAfter === undefined ? 'off' : counted(backup.cancelAfter, 'attempts'),
    keep: Number.isFinite(keep) ? String(keep) : undefined,
    keep_days: backup.keepDays?.toString(),
    delete_old: backup.deleteOld,
    naming: backup.naming,
    prefix: backup.prefix,
    only_if_changed: backup.onlyIfChanged ? 'yes' : 'no',
    compression: backup.compression,
    nice: String(backup.nice),
    io_limit: ioLimit === undefined ? undefined : String(ioLimit / 1_000_000),
    state: backup.state,
    journal: backup.journal,
  };
}

/** `1 hour`, `6 hours`. */
function counted(count: number, units: string): string {
  return `${count} ${count === 1 ? units.slice(0, -1) : units}`;
}
