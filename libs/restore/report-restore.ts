import { counted } from '#platform/counted.ts';
import type { CheckedItem } from '#sources/restore-target.ts';
import type { SystemEnd } from './end-switched.ts';
import type { Transaction } from './logged-transaction.ts';
import { NOT_CHOSEN, type RestorePlan } from './plan/restore-plan.ts';
import type { RestoreParts } from './restore-parts.ts';
import type { RestoreResult } from './restore-result.ts';

/** What a finished restore tells journal and terminal: what is live now, where the old state is, what to do next. */
export function reportRestore(
  plan: RestorePlan,
  parts: RestoreParts,
  { checked, end, transaction }: { checked: CheckedItem[]; end: SystemEnd; transaction: Transaction },
): RestoreResult {
  const typed =
    plan.version.how === 'typed' ? [`the installed version ${plan.version.version} was typed`] : [];
  const { migration } = plan;
  const migrated =
    migration === undefined
      ? []
      : [
          `from version ${migration.from} to ${migration.to}: ${migration.command === undefined ? 'not migrated, none is configured' : 'migrated before the switch-over'}`,
        ];
  // Among many lines of success the parts that are still to be brought back must not be missed.
  const left = plan.left.filter(({ why }) => why !== NOT_CHOSEN);
  const { run, path } = transaction.log;
  const lines = [
    ...typed,
    ...migrated,
    ...left.map(({ id, why }) => `not restored: ${id}: ${why}`),
    ...checked.map((item) => `checked ${item.component}: ${item.result}`),
    ...parts.targets.flatMap(({ target }) => (target.notes ?? []).map((note) => `${target.id}: ${note}`)),
    ...end.kept.map((state) => `kept from before, ${state.component}: ${state.place}`),
    `to bring the old state back: lifeboat-restore undo ${run}; to delete it: lifeboat-restore forget ${run}`,
    `steps and ways back: ${path}`,
    ...end.lines,
  ];
  const message = `${counted(plan.steps.length, 'component')} of ${plan.archive.name} ${plan.steps.length === 1 ? 'is' : 'are'} live`;
  const known = { archive: plan.archive.name, lines, checkFailed: end.checkFailed, run };
  if (end.problems.length === 0) return { state: 'done', message, ...known };
  return {
    state: 'incomplete',
    message: `${message}, but ${end.problems.join('; ')}`,
    hint: end.checkFailed
      ? `bring the old state back with lifeboat-restore undo ${run}, or mend what the check says`
      : 'start the system by hand',
    ...known,
  };
}
