import type { RestorePlan } from '#restore/plan-restore.ts';
import type { RestoreRequest } from '../request.ts';
import type { Prompts } from './prompts.ts';

/** Asks for each agreement that the plan needs beyond its yes; the archive's own conf by typing the system's name. */
export async function askAgreements(
  prompts: Prompts,
  plan: RestorePlan,
  request: RestoreRequest,
): Promise<RestoreRequest> {
  const agreed = new Set(request.agreed);
  let { trustArchive } = request;
  for (const { key, message } of plan.agreements) {
    if (key === 'archive-profile') {
      trustArchive = await prompts.text(
        `${message}. Look at them above. To obey them, type the system's name (${plan.system.name}):`,
        () => true,
      );
    } else if (await prompts.yes(`${message}. Go on all the same?`)) {
      agreed.add(key);
    }
  }
  return { ...request, agreed, trustArchive };
}
