import { LifeboatError } from '#platform/errors.ts';
import type { CheckedItem } from '#sources/source.ts';
import { exchangeOne } from './exchange-one.ts';
import { type BegunTarget, goBackFromSafety } from './go-back-from-safety.ts';
import type { RestorePlan } from './plan-restore.ts';
import { type RestoreLogFile, tryToLog } from './restore-log.ts';
import type { RestoreParts, TargetWork } from './run-restore.ts';
import type { Safety } from './safety.ts';
import { startSystem } from './stop-and-start.ts';

/** Deletes and restores one target after the other. If one fails, all that were begun go back from the safety archive. */
export async function exchangeInPlace(
  parts: RestoreParts,
  plan: RestorePlan,
  safety: Safety,
  log: RestoreLogFile,
): Promise<CheckedItem[]> {
  const begun: BegunTarget[] = [];
  const checked: CheckedItem[] = [];
  try {
    for (const [done, work] of parts.targets.entries()) {
      await tellStep(work, plan, safety, log);
      const one: BegunTarget = { ...work, switched: false };
      begun.push(one);
      const total = parts.targets.length;
      parts.onProgress({ stage: 'restoring in place', item: work.target.id, done, total });
      checked.push(...(await exchangeOne(work, parts.archive, log)));
      one.switched = true;
    }
    // What is kept of the old state is empty.
    for (const { target } of parts.targets) await target.forgetOld(new AbortController().signal);
    return checked;
  } catch (cause) {
    const stuck = await goBackFromSafety(begun, safety, log);
    throw stuck.length > 0
      ? stuckError(cause, stuck, safety, log)
      : await wentBack(cause, safety, parts, log);
  }
}

function tellStep(
  { target, components }: TargetWork,
  { system }: RestorePlan,
  { archive }: Safety,
  log: RestoreLogFile,
): Promise<void> {
  const ids = components.map(({ id }) => JSON.stringify(id)).join(' ');
  return log.before({
    what: `delete what is live of ${target.id} and restore it in its place`,
    goBack: `lifeboat-restore apply ${JSON.stringify(archive)} --yes --in-place ${JSON.stringify(system.name)} --only ${ids}`,
  });
}

function stuckError(
  cause: unknown,
  stuck: readonly string[],
  { archive }: Safety,
  log: RestoreLogFile,
): LifeboatError {
  return new LifeboatError(
    'rollback-failed',
    `the restore in place failed (${messageOf(cause)}) and not all could be brought back: ${stuck.join('; ')}`,
    {
      hint: `keep the system stopped; what was live before is in ${archive}: restore from it when the cause is mended; ${log.path} has the commands`,
      cause,
    },
  );
}

async function wentBack(
  cause: unknown,
  { archive }: Safety,
  parts: RestoreParts,
  log: RestoreLogFile,
): Promise<LifeboatError> {
  const started = await startSystem(parts, log);
  await tryToLog(() => log.end('went back from the safety archive: the old state is live'));
  const but = started === undefined ? '' : `, but ${started}`;
  return new LifeboatError(
    'switch-failed',
    `the restore in place failed: ${messageOf(cause)}; what was live before was brought back from the safety archive ${archive}${but}`,
    { cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
