import type { SwitchState } from './switch-state.ts';

/** Databases that the restore itself made. */
export function ownDatabases({ databases }: Pick<SwitchState, 'databases'>): string[] {
  return databases.flatMap(({ staging, old }) => [staging, old]);
}
