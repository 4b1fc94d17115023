import { join } from 'node:path';
import { privateFolder } from './private-folder.ts';

export interface LockPlace {
  stateFolder: string;
  systemId: string;
  /** `service`: the lock by which two services never run one system; runs take the other beside it. */
  scope?: 'run' | 'service';
}

/**
 * What the files of a lock are called, without their endings. The system's id is used as it is: conf and manifest
 * allow letters, digits and dashes only, so that no system's own lock is called as a service's.
 */
export async function lockBase({ stateFolder, systemId, scope }: LockPlace): Promise<string> {
  const folder = await privateFolder(join(stateFolder, 'locks'));
  return join(folder, scope === 'service' ? `${systemId}.service` : systemId);
}
