import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import type { KillSystem } from './kill-system.ts';
import type { Seen } from './moment.ts';

/** Runs an operation to its end, and sees what there is of it to be killed in. Throws unless it ends well. */
export async function runClean(system: KillSystem, args: readonly string[]): Promise<Seen> {
  const began = performance.now();
  const seen = [{ stage: 'start', at: 0 }];
  const { status, stdout, stderr } = await system.restore(args, {
    onProgress(text) {
      const stage = text.trim().split('\n').at(-1);
      if (stage && seen.at(-1)?.stage !== stage) seen.push({ stage, at: performance.now() - began });
    },
  });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stdout}${stderr}`);
  const end = performance.now() - began;
  const { logs } = await listRestoreLogs(system.state);
  return {
    records: logs.at(-1)?.end.records ?? 0,
    stages: seen.map(({ stage, at }, index) => ({ stage, ms: (seen[index + 1]?.at ?? end) - at })),
  };
}
