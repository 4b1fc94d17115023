import { verifyArchive } from '#archive/verify-archive.ts';
import type { RunResult } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem, NeededSpace } from '#sources/source.ts';
import { exchangeInPlace } from './exchange-in-place.ts';
import type { RestorePlan } from './plan-restore.ts';
import { requireAgreement } from './require-agreement.ts';
import { openRestoreLog, type RestoreLogFile, tryToLog } from './restore-log.ts';
import type { RestoreParts } from './run-restore.ts';
import type { Safety } from './safety.ts';
import { startSystem, stopSystem } from './stop-and-start.ts';
import { sumSpace } from './sum-space.ts';
import { takeLocks } from './take-locks.ts';

export interface InPlaceParts extends RestoreParts {
  /** Saves what is live of the plan's components, and reads it back; throws with nothing changed if that cannot be. */
  makeSafety(signal: AbortSignal): Promise<Safety>;
}

/**
 * Restores where there is no room beside what is live: the archive is read whole, what is live is saved and that read
 * back, and only then one target after the other is deleted and restored. It is not all or nothing as `runRestore` is:
 * a failure goes back from the safety archive, and what could not is said. Until the first deletion Stop ends it with
 * nothing changed; from then on it does not apply.
 */
export async function runInPlace(
  parts: InPlaceParts,
  plan: RestorePlan,
  signal: AbortSignal,
): Promise<RunResult> {
  requireAgreement(plan, parts.agreed);
  await using _locks = await takeLocks(plan, parts);
  await using log = await openRestoreLog(parts, describe(plan));
  await requireWhole(parts, signal);
  await stopSystem(parts, log, signal);
  const safety = await orStartAgain(parts, log, async () => {
    const made = await parts.makeSafety(signal);
    await requireRoom(parts, signal);
    signal.throwIfAborted();
    return made;
  });
  const checked = await exchangeInPlace(parts, plan, safety, log);
  const started = await startSystem(parts, log);
  await tryToLog(() => log.end('done: the restored state is live'));
  return report(plan, { checked, started, safety, logPath: log.path });
}

function describe({ system, archive, steps }: RestorePlan): string[] {
  return [
    `RESTORE IN PLACE of ${system.name} (${system.id}) from ${archive.name}`,
    ...steps.map((step) => `will delete and restore ${step.id} at ${step.place} (now: ${step.now})`),
  ];
}

/** Nothing can be compared before the live state goes, so the archive itself is read whole and unpacked. */
async function requireWhole({ archive, onProgress }: InPlaceParts, signal: AbortSignal): Promise<void> {
  const { good, items } = await verifyArchive(archive, { signal, onProgress, depth: 'contents' });
  if (good) return;
  const problems = items.filter(({ result }) => result === 'problem');
  throw new LifeboatError(
    'archive-damaged',
    `the archive is damaged: ${problems.map(({ item, detail }) => `${item}: ${detail ?? 'differs'}`).join('; ')}; nothing was changed`,
    { hint: 'choose another archive' },
  );
}

/** The safety archive may have taken the very room that was counted on. */
async function requireRoom({ targets }: InPlaceParts, signal: AbortSignal): Promise<void> {
  const spaces: NeededSpace[] = [];
  for (const { target } of targets) spaces.push(...(await target.inspect(signal)).space);
  const short = sumSpace(spaces).find(
    ({ needed, free, frees = 0 }) => free !== undefined && free + frees < needed,
  );
  if (short === undefined) return;
  throw new LifeboatError(
    'space-low',
    `with the safety archive made, ${short.place} has ${short.free} bytes free and ${short.frees ?? 0} more when what is live has gone; ${short.needed} are needed; nothing was changed`,
    { hint: 'have the safety archive made on another disk: --safety FOLDER' },
  );
}

async function orStartAgain<T>(parts: InPlaceParts, log: RestoreLogFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await startSystem(parts, log);
    await tryToLog(() => log.end('ended before anything live was touched'));
    throw error;
  }
}

function report(
  plan: RestorePlan,
  facts: { checked: CheckedItem[]; started: string | undefined; safety: Safety; logPath: string },
): RunResult {
  const { archive, raw } = facts.safety;
  const message = `${plan.steps.length} components of ${plan.archive.name} are live, restored in place`;
  const lines = [
    ...facts.checked.map((item) => `checked ${item.component}: ${item.result}`),
    `what was live before is in ${archive}; there is no undo`,
    ...raw.map(
      ({ ids, place }) => `raw files of ${ids.join(', ')}, which could not be read, are in ${place}`,
    ),
    `steps: ${facts.logPath}`,
    "sign-in sessions of before the backup may be live again: make the system's users sign in anew",
  ];
  const common = { archive: plan.archive.name, lines };
  if (facts.started === undefined) return { state: 'done', message, ...common };
  return {
    state: 'incomplete',
    message: `${message}, but ${facts.started}`,
    hint: 'start the system by hand',
    ...common,
  };
}
