import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import { accountItems } from './account-items.ts';
import type { ChecklistParts } from './checklist-parts.ts';
import { confItems } from './conf-items.ts';
import { machineItems } from './machine-items.ts';
import { serverItems } from './server-items.ts';

/**
 * What is left to be done by hand after a restore to another machine than the one that was backed up, an item a line:
 * what no archive holds, found by comparing what this archive tells with what is here.
 */
export async function makeChecklist(parts: ChecklistParts, signal: AbortSignal): Promise<string[]> {
  return [
    ...leftItems(parts.plan),
    ...(await confItems(parts)),
    ...accountItems(parts.plan),
    ...(await serverItems(parts, signal)),
    ...(await machineItems(parts, signal)),
  ];
}

function leftItems({ left }: RestorePlan): string[] {
  return left.map(({ id, why }) => `${id} was not restored: ${why}`);
}
