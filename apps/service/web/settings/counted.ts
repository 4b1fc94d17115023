/** As sysbackup.conf has it: `1 hour`, `6 hours`; the unit alone where nothing was typed. */
export function counted(count: string, units: string): string {
  const text = count.trim();
  return `${text} ${text === '1' ? units.slice(0, -1) : units}`.trim();
}
