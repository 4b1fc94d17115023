import type { WrittenValues } from '../api/answers.ts';
import { counted } from '../settings/counted.ts';

/** From when on the last good backup is too old, as it stands in the form. */
export interface WatchDraft {
  when: 'schedule' | 'age' | 'never';
  count: string;
  /** hours, days, weeks. */
  unit: string;
}

export function watchDraft({ max_age: written }: WrittenValues): WatchDraft {
  const [, count, unit] = /^(\d+) +(hour|day|week)s?$/i.exec(written ?? '') ?? [];
  if (count !== undefined && unit !== undefined)
    return { when: 'age', count, unit: `${unit.toLowerCase()}s` };
  return { when: written?.toLowerCase() === 'never' ? 'never' : 'schedule', count: '36', unit: 'hours' };
}

/** As sysbackup.conf has it; a line that is there keeps its comment. */
export function watchValue({ when, count, unit }: WatchDraft, written: string | null): string | null {
  if (when === 'age') return counted(count, unit);
  return when === 'schedule' && written === null ? null : when;
}
