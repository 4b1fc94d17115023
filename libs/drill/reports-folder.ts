import { join } from 'node:path';

/** Where the reports of drills are, those of all systems of a state folder. */
export function reportsFolder(stateFolder: string): string {
  return join(stateFolder, 'drills');
}
