import type { RestorePlan } from '#restore/plan/restore-plan.ts';

/** Accounts and owners that the restore left as they were, by what the plan had to say of them. */
export function accountItems({ warnings }: RestorePlan): string[] {
  const accounts = warnings.filter(
    ({ option }) => option === 'global-accounts' || option === 'replace-accounts',
  );
  const unknown = (kinds: RegExp) => warnings.filter(({ message }) => kinds.test(message));
  return [
    ...accounts.map(({ message }) => message),
    ...unknown(/^(user|group) .+ is not on this machine/).map(
      ({ message, hint }) =>
        `${message}${hint === undefined ? '' : ` (${hint}; then give them their files: chown)`}`,
    ),
    ...unknown(/^account .+ is not on this machine/).map(({ message, hint }) => `${message} (${hint})`),
  ];
}
