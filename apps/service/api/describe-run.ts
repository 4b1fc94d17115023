import type { Run } from '../service/open-runs.ts';

export function describeRun(run: Run): Record<string, unknown> {
  return {
    id: run.id,
    what: run.what,
    startedAt: run.startedAt.toString(),
    progress: run.progress() ?? null,
  };
}
