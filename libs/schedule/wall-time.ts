/** As an administrator reads it: `2026-04-10 23:45`. */
export function wallTime(at: Temporal.Instant, zone: string): string {
  const wall = at.toZonedDateTimeISO(zone).toPlainDateTime();
  return wall.toString({ smallestUnit: 'minute' }).replace('T', ' ');
}
