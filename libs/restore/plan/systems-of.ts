import type { RestorePlan } from './restore-plan.ts';

/** The system of the archive and, where another one is installed here (a new machine), that one too. */
export function systemsOf({ system, installedId }: Pick<RestorePlan, 'system' | 'installedId'>): string[] {
  return [...new Set([system.id, ...(installedId === undefined ? [] : [installedId])])];
}
