/** No system's id has a dot. */
export function drillScheduleId(systemId: string): string {
  return `${systemId}.drill`;
}
