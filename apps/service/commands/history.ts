import type { HistoryEntry } from '#journal/history-entry.ts';
import { oneLine } from '#platform/one-line.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose/compose-system.ts';
import { readHistory } from '../status/read-history.ts';

/** FD-14, FD-16, `lifeboat history`: the system's backups as backupHistory.json has them, newest first, or where that file is. */
export async function history(context: CommandContext, options: { path: boolean }): Promise<number> {
  const system = await composeSystem(context);
  const { path } = system.history;
  if (options.path) {
    context.stdout.write(context.json ? `${JSON.stringify({ path })}\n` : `${path}\n`);
    return 0;
  }
  const known = await readHistory(system);
  if (context.json) {
    context.stdout.write(`${JSON.stringify(known)}\n`);
    return 0;
  }
  if (known.backups.length === 0) context.stdout.write(`no backups in ${path} yet\n`);
  for (const entry of known.backups) context.stdout.write(`${line(entry)}\n`);
  return 0;
}

function line(entry: HistoryEntry): string {
  const duration = entry.durationMs === null ? 'unknown' : `${entry.durationMs} ms`;
  const { number, date, time, status, code } = entry;
  const facts = [String(number).padStart(4), `${date} ${time}`, duration.padStart(10), `${status} (${code})`];
  return oneLine([...facts, entry.message].join('  '));
}
