import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
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
  await using folder = await openFolder(path);
  await folder.chown(0, service.gid);
  await folder.chmod(0o750);
  return { path, readers: service.gid };
}

/** The folder itself: through a link the service's user could have root change any other. */
async function openFolder(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (cause) {
    const code = systemErrorCode(cause);
    throw new LifeboatError(
      'state-unusable',
      `${path} is no folder of its own (${code}); nothing was changed`,
      {
        hint: 'look who put a link there, and remove it',
        cause,
      },
    );
  }
}
