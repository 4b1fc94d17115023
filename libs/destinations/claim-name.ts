import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '#platform/errors.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { isThere } from '#sources/is-there.ts';
import { writeFailure } from '#sources/write-failure.ts';

const CLAIM_ENDING = '.claim';

/**
 * Keeps a name in `folder` for the system `owner` until it is disposed, by a file in `own` that only one can make.
 * Undefined if another system has it, or if there is a file of that name. One that a killed run of the owner left
 * is taken over; the caller holds that system's lock. Throws `space-low`, `write-failed`.
 */
export async function claimName(
  { folder, own }: { folder: string; own: string },
  name: string,
  owner: string,
): Promise<AsyncDisposable | undefined> {
  const path = join(own, name + CLAIM_ENDING);
  if (!(await takeClaim(path, owner))) return undefined;
  // Looked at under the claim: whoever had it before may have published and given it back since.
  if (await isThere(join(folder, name))) {
    await rm(path, { force: true });
    return undefined;
  }
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Removes claims that killed runs of the owner left, among the names of the files in `own`. */
export async function dropClaims(own: string, names: readonly string[], owner: string): Promise<void> {
  for (const name of names) {
    if (!name.endsWith(CLAIM_ENDING)) continue;
    const path = join(own, name);
    if ((await readIfThere(path)) === owner) await rm(path, { force: true });
  }
}

async function takeClaim(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return (await readIfThere(path)) === owner;
    await rm(path, { force: true });
    throw writeFailure(error, path);
  }
}
