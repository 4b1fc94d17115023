/** SYSTEM and Administrators, by their numbers: their names differ with the language of Windows. */
const KEEPERS = ['S-1-5-18', 'S-1-5-32-544'];

/**
 * The line that keeps everybody out of a folder but SYSTEM, Administrators and `own` (SIDs), for cmd and PowerShell alike.
 * `others` are those who were let in by name; what was inherited goes in any case. Pure.
 */
export function keepOutCommand(
  folder: string,
  { own, others }: { own: readonly string[]; others: readonly string[] },
): string {
  const granted = [...new Set([...KEEPERS, ...own])].map((sid) => `/grant:r "*${sid}:(OI)(CI)F"`);
  const removed = others.map((account) => `/remove:g "${account.startsWith('S-1-') ? '*' : ''}${account}"`);
  return [`icacls "${folder}" /inheritance:r`, ...granted, ...removed].join(' ');
}
