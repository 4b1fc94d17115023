/** `2026-04-10 23:45:00`: a moment as the administrator's clock shows it. */
export function localTime(moment: Temporal.Instant, zone: string): string {
  const time = moment.toZonedDateTimeISO(zone).toPlainDateTime();
  return time.toString({ smallestUnit: 'second' }).replace('T', ' ');
}
