import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { resolveFolderPath } from '#settings/resolve-folder-path.ts';
import type { Settings } from '#settings/settings.ts';

/**
 * The folder that drills make their own folder in: that of the conf, which must exist and have nothing to do with what
 * is live, or one in the state folder. Throws `target-unsuitable`.
 */
export async function scratchFolder(settings: Settings, state: string): Promise<string> {
  const { folder } = settings.drill;
  if (folder === undefined) return await privateFolder(join(state, 'drills'));
  const place = await requireFolder(folder);
  for (const live of await livePlaces(settings)) {
    if (isInside(place, live) || isInside(live, place)) {
      throw unsuitable(`the scratch folder ${folder} and ${live}, which is live, lie one inside the other`);
    }
  }
  return place;
}

async function requireFolder(folder: string): Promise<string> {
  try {
    const place = await realpath(folder);
    if (!(await stat(place)).isDirectory()) throw unsuitable(`the scratch folder ${folder} is no folder`);
    await access(place, constants.W_OK);
    return place;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined || error instanceof LifeboatError) throw error;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be used: ${code}`;
    throw unsuitable(`the scratch folder ${folder} ${why}`);
  }
}

async function livePlaces({ file, system, sqlite, folders, files }: Settings): Promise<string[]> {
  const found = await Promise.all(folders.map(({ path }) => resolveFolderPath(path, system).catch(asAbsent)));
  const named = [file, ...[...sqlite, ...files].map(({ path }) => path), ...found];
  const real = await Promise.all(
    named.filter((path) => path !== undefined).map((path) => realpath(path).catch(asAbsent)),
  );
  return real.filter((path) => path !== undefined);
}

/** What is not there is in nobody's way. */
function asAbsent(error: unknown): undefined {
  if (error instanceof LifeboatError || systemErrorCode(error) !== undefined) return undefined;
  throw error;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

function unsuitable(message: string): LifeboatError {
  return new LifeboatError('target-unsuitable', message, {
    hint: 'name an existing folder of its own with "folder" in [drill], or leave it out',
  });
}
