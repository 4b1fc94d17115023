import { backupValues } from './backup-values.ts';
import type { BackupSettings } from './settings.ts';

/** A line for each key of `[backup]` that has another value now: `keep is 3 now, was 30`. */
export function changedValues(before: BackupSettings, after: BackupSettings): string[] {
  const was = backupValues(before);
  const is = backupValues(after);
  return Object.keys(is)
    .filter((key) => was[key] !== is[key])
    .map((key) => `${key} is ${is[key] ?? 'not set'} now, was ${was[key] ?? 'not set'}`);
}
