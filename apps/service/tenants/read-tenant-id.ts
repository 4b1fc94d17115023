import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

/** Holds a tenant's id and nothing else, in the tenant's root. */
export const TENANT_FILE = '.lifeboat-tenant';

const ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n?$/;
const LONGEST = 64;

/**
 * The id in a tenant's root; undefined if it has none yet. The tenant can put anything there: what is no plain
 * small file with an id in it is `read-failed`, and neither a pipe nor a link is waited for or followed.
 */
export async function readTenantId(root: string): Promise<string | undefined> {
  const path = join(root, TENANT_FILE);
  try {
    // Windows knows neither flag; there a link needs a right that a tenant does not have.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    await using file = await open(path, flags);
    return await idIn(file, path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return undefined;
    if (code === undefined) throw error;
    throw noId(path, code === 'ELOOP' ? 'it is a link' : code, error);
  }
}

async function idIn(file: FileHandle, path: string): Promise<string> {
  const facts = await file.stat();
  if (!facts.isFile()) throw noId(path, 'it is not a file');
  if (facts.size > LONGEST) throw noId(path, `it has ${facts.size} bytes`);
  const [, id] = ID.exec((await file.readFile('utf8')).slice(0, LONGEST)) ?? [];
  if (id === undefined) throw noId(path, 'it holds something else');
  return id;
}

function noId(path: string, why: string, cause?: unknown): LifeboatError {
  return new LifeboatError('read-failed', `there is no tenant's id in ${path}: ${why}`, {
    hint: 'remove it: the tenant gets its id again, or a new one if it is not known',
    cause,
  });
}
