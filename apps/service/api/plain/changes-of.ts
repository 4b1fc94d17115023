import type { SettingChange } from '../../settings/change-settings.ts';

/**
 * What a form that was sent changes. A field as it was changes nothing; an empty one takes its key out. A frequency
 * and an interval exclude each other: no frequency chosen means the interval.
 */
export function changesOf(
  sent: Readonly<Record<string, string | null>>,
  values: Readonly<Record<string, string | undefined>>,
): SettingChange[] {
  const fields = { ...sent };
  if (fields['frequency']) Object.assign(fields, { every: '', weekdays: '' });
  // BS-10: it is only left out where a number of days takes its place.
  const emptyKeep = fields['keep'] === '' && !(fields['keep_days'] ?? values['keep_days']);
  return Object.entries(fields)
    .filter(([key, value]) => (value ?? '') !== (values[key] ?? '') || (key === 'keep' && emptyKeep))
    .map(([key, value]) => ({ key, value: key === 'keep' && emptyKeep ? '' : value || undefined }));
}
