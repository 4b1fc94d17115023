/** An instant as a person at this machine reads it: `2026-04-01 21:45`, or with seconds. */
export function localTime(instant: string, zone: string, unit: 'minute' | 'second'): string {
  const time = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDateTime();
  return time.toString({ smallestUnit: unit }).replace('T', ' ');
}
