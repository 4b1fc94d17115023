import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { WatchSettings } from '../settings.ts';

const SECONDS: Record<string, number> = { hour: 3600, day: 86_400, week: 604_800 };

/** `[watch]`: how old the last good backup may become before an alarm is raised (LB-10). */
export function parseWatch(section: SectionReader): WatchSettings {
  const allowed = '1 to 999 hours, days or weeks (36 hours), schedule, or never';
  const text = section.text('max_age', { allowed })?.toLowerCase() ?? 'schedule';
  if (text === 'schedule' || text === 'never') return { maxAge: text };
  const [, count, unit] = /^([1-9]\d{0,2}) +(hour|day|week)s?$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    section.mistake('max_age', quote(text), allowed);
    return { maxAge: 'schedule' };
  }
  return { maxAge: Number(count) * (SECONDS[unit] as number) };
}
