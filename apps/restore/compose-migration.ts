import { basename } from 'node:path';
import { howItEnded } from '#hooks/how-it-ended.ts';
import { tellHook } from '#hooks/tell-hook.ts';
import type { RunParts } from '#journal/run-parts.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import { LifeboatError } from '#platform/errors.ts';
import { redactorOf } from '#platform/redactor-of.ts';
import type { Migration } from '#restore/migration.ts';
import type { PlannedMigration } from '#restore/plan/restore-plan.ts';
import { environmentForPrograms } from '#settings/environment-for-programs.ts';
import { secretPlaces } from '#settings/secret-places.ts';
import type { Settings } from '#settings/settings.ts';

/**
 * LB-05: how the program that the plan names is run: without a shell, in a process group of its own, ended at its
 * time limit, what it says journaled. Undefined where nothing is to be migrated.
 */
export function composeMigration(
  planned: PlannedMigration | undefined,
  settings: Settings,
  { recording, environment }: { recording: RunParts; environment: NodeJS.ProcessEnv },
): Migration | undefined {
  const { migrate } = settings.versions;
  if (planned?.command === undefined || migrate === undefined) return undefined;
  const { command } = planned;
  const { clock, journal } = recording;
  const timeLimitMs = migrate.timeLimit * 1000;
  return {
    from: planned.from,
    to: planned.to,
    changes: new Set(planned.changed),
    async run(variables, signal) {
      const hook = { moment: 'migrate' as const, command, variables, timeLimitMs };
      const parts = {
        environment: environmentForPrograms(environment, settings),
        tell: tellJournal(journal).tell,
        redact: await redactorOf(secretPlaces(settings)),
        elapsed: () => clock.elapsed(),
      };
      const end = await tellHook(hook, parts, signal);
      if (end.how === 'stopped') throw signal.reason;
      if (end.how === 'ended' && end.status === 0) return;
      const said = end.lines.at(-1) ?? 'it said nothing';
      throw new LifeboatError(
        'migration-failed',
        `the migration from ${planned.from} to ${planned.to} by ${basename(command[0] ?? '')} ${howItEnded(end, hook)}: ${said}; nothing live was changed`,
        { hint: 'the journal has what it said; its program is "migrate" in [versions]' },
      );
    },
  };
}
