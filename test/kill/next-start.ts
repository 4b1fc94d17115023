import { ERRORS } from '#platform/errors.ts';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import type { Ended } from '../e2e/run-program.ts';
import type { KillSystem } from './kill-system.ts';
import { HOWS, type Moment, momentText } from './moment.ts';
import { recoverByWizard } from './recover-by-wizard.ts';
import { runKilled } from './run-killed.ts';

export interface Started {
  /** What was started, in its order. */
  starts: string[];
  /** Of the recover that came to its end, from its start. */
  recoverMs: number;
  /** What was not as it must be, a line each. */
  wrong: string[];
}

/** How often something else than recover is what starts next. */
const AGAIN = 0.15;
const KILLED = 0.3;
const WIZARD = 0.04;

/**
 * What is started after a kill: recover, in the end. At times the same command before it, which must refuse; or a recover
 * that is killed as well, once or more; or the wizard in its place.
 */
export async function nextStart(
  system: KillSystem,
  command: readonly string[],
  random: () => number,
): Promise<Started> {
  const starts: string[] = [];
  const wrong: string[] = [];
  if (random() < AGAIN && (await openLog(system)) !== undefined) {
    const again = await system.restore(command);
    starts.push(`${command[0]}, refused`);
    if (again.status !== ERRORS['restore-open'].exit) wrong.push(`${command[0]} again: ${textOf(again)}`);
  }
  while (random() < KILLED) starts.push(await killedRecover(system, random));
  const open = (await openLog(system)) !== undefined;
  const byWizard = open && random() < WIZARD;
  const began = performance.now();
  const last = byWizard ? await recoverByWizard(system) : await system.restore(['recover']);
  const recoverMs = performance.now() - began;
  starts.push(byWizard ? 'wizard' : 'recover');
  const said = open ? /recover done .*(?:is rolled back|is finished)/ : /nothing to recover/;
  if (last.status !== 0 || !said.test(last.stdout)) wrong.push(`recover: ${textOf(last)}`);
  return { starts, recoverMs, wrong };
}

async function killedRecover(system: KillSystem, random: () => number): Promise<string> {
  const log = await openLog(system);
  const record = (log?.end.records ?? 0) + 1 + Math.floor(random() * 12);
  const how = HOWS[Math.floor(random() * HOWS.length)]!;
  const moment: Moment =
    random() < 0.5 ? { at: 'record', how, record } : { at: 'stage', stage: 'start', share: random() };
  const { status } = await runKilled(system, ['recover'], {
    moment,
    seen: { stages: [{ stage: 'start', ms: 1500 }] },
  });
  return `recover ${status === null ? 'killed at' : 'not killed at'} ${momentText(moment)}`;
}

async function openLog({ state }: KillSystem) {
  return (await listRestoreLogs(state)).logs.find(({ ended }) => ended === undefined);
}

function textOf({ status, stdout, stderr }: Ended): string {
  return `status ${status}, ${stdout}${stderr}`;
}
