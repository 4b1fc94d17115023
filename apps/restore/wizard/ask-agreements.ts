import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { RestoreRequest } from '../request.ts';
import type { Prompts } from './prompts.ts';

/**
 * Asks for each agreement that the plan needs beyond its yes; the archive's own conf by typing the system's
 * name. Ends at the first that is not given: the restore will say so and change nothing.
 */
export async function askAgreements(
  prompts: Prompts,
  plan: RestorePlan,
  request: RestoreRequest,
): Promise<{ request: RestoreRequest; all: boolean }> {
  let given = request;
  for (const { key, message } of plan.agreements) {
    // Typed when it was asked for.
    if (key === 'in-place') continue;
    if (key === 'archive-profile') {
      prompts.tell(`${message}.`);
      const trustArchive = await askName(prompts, plan.system.name);
      if (trustArchive === '') return { request: given, all: false };
      given = { ...given, trustArchive };
    } else {
      prompts.tell(`${message}.`);
      if (!(await prompts.yes('Go on all the same?'))) return { request: given, all: false };
      given = { ...given, agreed: new Set([...given.agreed, key]) };
    }
  }
  return { request: given, all: true };
}

function askName(prompts: Prompts, name: string): Promise<string> {
  return prompts.text(
    `To obey the places and commands shown above, type the name of the system, ${name} (Enter alone: no):`,
    (text) =>
      ['', name].includes(text.trim()) || 'that is not the name, letter for letter; nothing was changed',
  );
}
