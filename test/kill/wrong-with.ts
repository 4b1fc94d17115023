import { existsSync } from 'node:fs';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import { bringTo } from './bring-to.ts';
import type { KillCase } from './kill-case.ts';
import { type Operation, WAYS } from './operation.ts';
import { useSystem } from './use-system.ts';

/** What is not as it must be after an operation that ended there, with recover done; a line each. */
export async function wrongWith(
  killCase: KillCase,
  { operation, ended }: { operation: Operation; ended: 'before' | 'after' },
): Promise<string[]> {
  const { system } = killCase;
  const standing = WAYS[operation][ended === 'after' ? 'to' : 'from'];
  const { logs, damaged } = await listRestoreLogs(system.state);
  const wrong = damaged.map(({ message }) => message);
  wrong.push(...logs.filter((log) => log.ended === undefined).map(({ run }) => `the log of ${run} is open`));
  if (existsSync(system.stopped)) wrong.push('the system was not started again');
  wrong.push(...(await killCase.wrongIn(standing)));
  try {
    await useSystem(system, standing.startsWith('old') ? 'changed' : 'archived');
    // The way back from a restore as well, and that nothing of it stays behind.
    if (WAYS[operation].from === 'old alone') await bringTo(killCase, 'old alone');
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
  }
  return wrong;
}
