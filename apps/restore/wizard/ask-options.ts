import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { RestoreOption } from '#sources/source.ts';
import type { RestoreRequest } from '../request.ts';
import type { Prompts } from './prompts.ts';

const QUESTIONS: Record<RestoreOption, string> = {
  'end-sessions': 'Sessions use these databases. End them if they hold the switch-over back?',
  'replace-accounts': 'Make the database accounts that differ as they are in the archive?',
  'global-accounts': 'Also create or replace database accounts that have rights on everything?',
  'drop-damaged': 'Tables or databases are damaged and cannot be kept for going back. Drop them for good?',
};

/** Asks whether what the plan warns of is to turn out otherwise, each option once. Undefined: no change. */
export async function askOptions(
  prompts: Prompts,
  plan: RestorePlan,
  asked: Set<RestoreOption>,
): Promise<ReadonlySet<RestoreOption> | undefined> {
  const options = new Set(plan.warnings.flatMap(({ option }) => option ?? [])).difference(asked);
  const agreed = new Set<RestoreOption>();
  for (const option of options) {
    asked.add(option);
    if (await prompts.yes(QUESTIONS[option])) agreed.add(option);
  }
  return agreed.size === 0 ? undefined : agreed;
}

/** The request with these agreed to, besides what was before. */
export function withOptions(request: RestoreRequest, agreed: ReadonlySet<RestoreOption>): RestoreRequest {
  const globalAccounts = agreed.has('global-accounts') ? { globalAccounts: true } : {};
  const dropDamaged = agreed.has('drop-damaged') ? { dropDamaged: true } : {};
  return {
    ...request,
    mariadb: {
      ...request.mariadb,
      ...globalAccounts,
      ...dropDamaged,
      ...(agreed.has('end-sessions') && { endSessions: true }),
      ...(agreed.has('replace-accounts') && { replaceAccounts: true }),
    },
    mssql: { ...request.mssql, ...globalAccounts, ...dropDamaged },
  };
}
