import { verifyArchive } from '#archive/verify-archive.ts';
import type { RunResult } from '#journal/run-result.ts';
import { counted } from '#platform/counted.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem, NeededSpace } from '#sources/restore-target.ts';
import { stopSystem } from '../around/stop-and-start.ts';
import { takeLocks } from '../around/take-locks.ts';
import { beginTransaction } from '../begin-transaction.ts';
import { endSwitched, type SystemEnd } from '../end-switched.ts';
import { orRollBack } from '../or-roll-back.ts';
import { requireAgreement } from '../plan/require-agreement.ts';
import type { RestorePlan } from '../plan/restore-plan.ts';
import { sumSpace } from '../plan/sum-space.ts';
import { systemsOf } from '../plan/systems-of.ts';
import { refuseOpenRestore } from '../refuse-open-restore.ts';
import type { RestoreParts } from '../restore-parts.ts';
import { exchangeInPlace } from './exchange-in-place.ts';
import type { Safety } from './safety.ts';

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
  await using _locks = await takeLocks(systemsOf(plan), parts);
  for (const system of systemsOf(plan)) await refuseOpenRestore(parts.stateFolder, system);
  await using transaction = await beginTransaction(parts, describe(plan));
  const safety = await orRollBack(transaction, parts, async () => {
    await requireWhole(parts, signal);
    await stopSystem(transaction, parts, signal);
    const made = await parts.makeSafety(signal);
    await requireRoom(parts, signal);
    signal.throwIfAborted();
    return made;
  });
  const checked = await exchangeInPlace(parts, plan, safety, transaction);
  const end = await endSwitched(transaction, parts);
  return report(plan, { checked, end, safety, logPath: transaction.log.path });
}

function describe(plan: RestorePlan): Parameters<typeof beginTransaction>[1] {
  return {
    operation: 'in-place',
    system: plan.system,
    alsoLocked: systemsOf(plan).filter((id) => id !== plan.system.id),
    archive: plan.archive.name,
    plan: plan.steps.map((step) => `will delete and restore ${step.id} at ${step.place} (now: ${step.now})`),
  };
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

function report(
  plan: RestorePlan,
  facts: { checked: CheckedItem[]; end: SystemEnd; safety: Safety; logPath: string },
): RunResult {
  const { archive, raw } = facts.safety;
  const message = `${counted(plan.steps.length, 'component')} of ${plan.archive.name} ${plan.steps.length === 1 ? 'is' : 'are'} live, restored in place`;
  const lines = [
    ...facts.checked.map((item) => `checked ${item.component}: ${item.result}`),
    `what was live before is in ${archive}; there is no undo`,
    ...raw.map(
      ({ ids, place }) => `raw files of ${ids.join(', ')}, which could not be read, are in ${place}`,
    ),
    `steps: ${facts.logPath}`,
    ...facts.end.lines,
  ];
  const common = { archive: plan.archive.name, lines };
  if (facts.end.problems.length === 0) return { state: 'done', message, ...common };
  return {
    state: 'incomplete',
    message: `${message}, but ${facts.end.problems.join('; ')}`,
    hint: 'start the system by hand',
    ...common,
  };
}
