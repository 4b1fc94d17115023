import type { RunResult } from '#journal/run-result.ts';

/** `checkFailed`: the restored state is live, and the system's own check says that it does not work with it. */
export type RestoreResult = RunResult & { checkFailed: boolean; run: string };
