import { join } from 'node:path';
import { askBefore } from '#hooks/ask-before.ts';
import type { Hook } from '#hooks/hook.ts';
import { hookVariables } from '#hooks/hook-variables.ts';
import { runAfter } from '#hooks/run-after.ts';
import type { HookParts } from '#hooks/tell-hook.ts';
import type { Outcome } from '#journal/outcome.ts';
import { outcomeNumber } from '#journal/outcome-number.ts';
import { tellJournal } from '#journal/tell-journal.ts';
import type { Clock } from '#platform/clock.ts';
import { redactorOf } from '#platform/redactor-of.ts';
import { environmentForPrograms } from '#settings/environment-for-programs.ts';
import { secretPlaces } from '#settings/secret-places.ts';
import type { ComposedSystem } from './composed-system.ts';

/** The programs of [hooks] in the installed sysbackup.conf; a moment without one passes. */
export interface SystemHooks {
  before(signal: AbortSignal): Promise<void>;
  /** These resolve with what went wrong, a line each; they never throw for what a program did. */
  after(outcome: Outcome, signal: AbortSignal): Promise<string[]>;
  alert(alert: { kind: string; message: string }, signal: AbortSignal): Promise<string[]>;
}

export function composeHooks(
  system: Pick<ComposedSystem, 'settings' | 'id' | 'journal'>,
  context: { clock: Clock; environment: NodeJS.ProcessEnv },
): SystemHooks {
  const { settings } = system;
  const place = settings.backup.path;
  const identity = { id: system.id, name: settings.system.name, conf: settings.file, place };
  const hookOf = (
    moment: 'before' | 'after' | 'alert',
    facts: Parameters<typeof hookVariables>[2],
  ): Hook | undefined => {
    const command = settings.hooks[moment];
    const variables = hookVariables(moment, identity, facts);
    return command && { moment, command, variables, timeLimitMs: settings.hooks.timeLimit * 1000 };
  };
  const ended = async (hook: Hook | undefined, signal: AbortSignal): Promise<string[]> => {
    if (hook === undefined) return [];
    const { parts, troubles } = await partsOf(system, context);
    return [...(await runAfter(hook, parts, signal)), ...troubles()];
  };
  return {
    async before(signal) {
      const hook = hookOf('before', {});
      if (hook !== undefined) await askBefore(hook, (await partsOf(system, context)).parts, signal);
    },
    after(outcome, signal) {
      const archive = outcome.archive === undefined ? undefined : join(place, outcome.archive);
      const run = { ...outcome, number: outcomeNumber(outcome.code), archive };
      return ended(hookOf('after', { run }), signal);
    },
    alert: (alert, signal) => ended(hookOf('alert', { alert }), signal),
  };
}

/** Secrets are read for as long as a hook runs, to be taken out of what it says. */
async function partsOf(
  { settings, journal }: Pick<ComposedSystem, 'settings' | 'journal'>,
  { clock, environment }: { clock: Clock; environment: NodeJS.ProcessEnv },
): Promise<{ parts: HookParts; troubles: () => string[] }> {
  const { tell, troubles } = tellJournal(journal);
  const parts = {
    environment: environmentForPrograms(environment, settings),
    tell,
    redact: await redactorOf(secretPlaces(settings)),
    elapsed: () => clock.elapsed(),
  };
  return { parts, troubles };
}
