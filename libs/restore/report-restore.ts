import type { RunResult } from '#journal/record-run.ts';
import type { CheckedItem } from '#sources/source.ts';
import { NOT_CHOSEN, type RestorePlan } from './plan-restore.ts';
import type { RestoreParts } from './run-restore.ts';

/** What a finished restore tells journal and terminal: what is live now, where the old state is, what to do next. */
export function reportRestore(
  plan: RestorePlan,
  parts: RestoreParts,
  facts: {
    checked: CheckedItem[];
    started: string | undefined;
    unlogged: string | undefined;
    logPath: string;
  },
): RunResult {
  const kept = parts.targets.flatMap(({ target }) => target.kept());
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
  const lines = [
    ...typed,
    ...migrated,
    ...left.map(({ id, why }) => `not restored: ${id}: ${why}`),
    ...facts.checked.map((item) => `checked ${item.component}: ${item.result}`),
    ...parts.targets.flatMap(({ target }) => (target.notes ?? []).map((note) => `${target.id}: ${note}`)),
    ...kept.map((state) => `kept from before, ${state.component}: ${state.place}`),
    `steps and ways back: ${facts.logPath}`,
    ...(facts.unlogged === undefined ? [] : [facts.unlogged]),
    "sign-in sessions of before the backup may be live again: make the system's users sign in anew",
  ];
  const message = `${plan.steps.length} components of ${plan.archive.name} are live`;
  if (facts.started === undefined) return { state: 'done', message, archive: plan.archive.name, lines };
  return {
    state: 'incomplete',
    message: `${message}, but ${facts.started}`,
    hint: 'start the system by hand',
    archive: plan.archive.name,
    lines,
  };
}
