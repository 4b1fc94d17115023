import { chmod, lchown } from 'node:fs/promises';
import { ownerForNew } from '#platform/owner-for-new.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { restoresFolder } from './restores-folder.ts';

/**
 * Makes the folder of the logs. Where the state folder is a service's and root restores, folder and logs stay root's:
 * what stands in a log is done by root, so nobody else may write one. The service's group may read them. Resolves with
 * the group that may; undefined: nobody but the owner.
 */
export async function makeRestoresFolder(
  stateFolder: string,
): Promise<{ path: string; readers: number | undefined }> {
  await privateFolder(stateFolder);
  const service = ownerForNew(stateFolder);
  const path = await privateFolder(restoresFolder(stateFolder));
  if (service === undefined) return { path, readers: undefined };
  await lchown(path, 0, service.gid);
  await chmod(path, 0o750);
  return { path, readers: service.gid };
}
