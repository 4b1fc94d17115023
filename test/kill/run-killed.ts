import type { Ended, runProgram } from '../e2e/run-program.ts';
import type { KillSystem } from './kill-system.ts';
import type { Moment, Seen } from './moment.ts';

/** A program that was to be killed; status null: it was. */
export interface Killed extends Ended {
  /** The last that it told. */
  stage: string;
}

/** Runs the restore tool and kills it at that moment, unless it ends first. */
export async function runKilled(
  system: KillSystem,
  args: readonly string[],
  { moment, seen }: { moment: Moment; seen: Pick<Seen, 'stages'> },
): Promise<Killed> {
  const options = moment.at === 'record' ? atRecord(moment) : atTime(moment, seen);
  const ended = await system.restore(args, options);
  return { ...ended, stage: ended.stderr.trim().split('\n').at(-1) || 'start' };
}

type RunOptions = NonNullable<Parameters<typeof runProgram>[2]>;

function atRecord({ how, record }: Moment & { at: 'record' }): RunOptions {
  return { env: { LIFEBOAT_TEST_KILL: `${how}:${record}` } };
}

function atTime({ stage, share }: Moment & { at: 'stage' }, { stages }: Pick<Seen, 'stages'>): RunOptions {
  const ms = share * (stages.find((one) => one.stage === stage)?.ms ?? 0);
  let kill: (signal: NodeJS.Signals) => void = () => undefined;
  let armed = false;
  const arm = (): void => {
    if (armed) return;
    armed = true;
    setTimeout(() => kill('SIGKILL'), ms);
  };
  return {
    onStart(child) {
      kill = child;
      if (stage === 'start') arm();
    },
    onProgress(text) {
      if (text.split('\n').includes(stage)) arm();
    },
  };
}
