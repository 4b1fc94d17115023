import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import { listKept } from '#restore/kept/list-kept.ts';
import type { KillCase } from './kill-case.ts';
import { runClean } from './run-clean.ts';
import { type Standing, standingOf } from './standing-of.ts';

/** Brings a system there by whatever restores and undoes it takes, each to its end, and looks at each. Throws if one is wrong. */
export async function bringTo(killCase: KillCase, wanted: Standing): Promise<void> {
  const { system, apply } = killCase;
  for (let tries = 0; tries < 4; tries += 1) {
    const now = await standingOf(system.state);
    if (now === wanted) return;
    const step = nextStep(now, wanted);
    if (step === 'forget') await forgetKept(killCase);
    else await runClean(system, step === 'apply' ? apply : ['undo']);
    const wrong = await killCase.wrongIn(await standingOf(system.state));
    if (wrong.length > 0) throw new Error(`${step}, from ${now}, went wrong:\n${wrong.join('\n')}`);
  }
  throw new Error(`the system does not come to stand as ${wanted}`);
}

function nextStep(now: Standing, wanted: Standing): 'apply' | 'undo' | 'forget' {
  if (now === 'old alone') return 'apply';
  return wanted === 'old alone' && now === 'old, restored kept' ? 'forget' : 'undo';
}

/** The logs go, too: each start reads all there are, and this makes more in an hour than a system in its life. */
async function forgetKept({ system }: KillCase): Promise<void> {
  for (const { run } of await listKept(system.state, undefined, systemClock().now())) {
    await runClean(system, ['forget', run]);
  }
  const folder = join(system.state, 'restores');
  for (const name of await readdir(folder)) if (name.endsWith('.ndjson')) await rm(join(folder, name));
}
