import { join } from 'node:path';

/** Where the logs of all restores and undos lie. */
export function restoresFolder(stateFolder: string): string {
  return join(stateFolder, 'restores');
}
