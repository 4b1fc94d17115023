import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import type { ComposedRestore } from '../compose-restore.ts';
import type { RestoreRequest } from '../request.ts';
import type { Prompts } from './prompts.ts';

/** Where only a restore in place would fit: the request for one, if the person types the system's name for it. */
export async function askInPlace(
  prompts: Prompts,
  { plan, profile }: ComposedRestore,
  request: RestoreRequest,
): Promise<RestoreRequest | undefined> {
  if (request.inPlace !== undefined || !plan.fitsInPlace) return undefined;
  prompts.tell('There is no room to stage the restored state beside what is live.');
  prompts.tell(
    'It can be restored IN PLACE: a safety archive of what is live is made and verified, then what is live is DELETED, one part after the other, and restored. If that fails it goes back from the safety archive, which takes as long again.',
  );
  const { name } = plan.system;
  const typed = await prompts.text(
    `To restore in place, type the name of the system, ${name} (Enter alone: no):`,
    (text) =>
      ['', name].includes(text.trim()) || 'that is not the name, letter for letter; nothing was changed',
  );
  if (typed === '') return undefined;
  const folder = await prompts.text(
    `Folder for the safety archive, best on another disk (Enter alone: ${profile.settings.backup.path}):`,
    (text) => whatIsWrong(text.trim()),
  );
  return withInPlace(request, name, folder === '' ? undefined : resolve(folder));
}

function withInPlace(request: RestoreRequest, name: string, safety: string | undefined): RestoreRequest {
  return { ...request, inPlace: name, safety, mariadb: { ...request.mariadb, dropDamaged: true } };
}

async function whatIsWrong(path: string): Promise<true | string> {
  if (path === '') return true;
  try {
    return (await stat(path)).isDirectory() || `${path} is not a folder`;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return `there is no folder ${path}`;
  }
}
