import { existsSync } from 'node:fs';
import { lchown, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LifeboatError, systemErrorCode } from './errors.ts';
import { ownerForNew } from './owner-for-new.ts';
import { unitHint } from './unit-hint.ts';

/**
 * Makes a folder (and its parents) that only its owner can enter; one that exists is left as it is. Root gives what
 * it makes to the owner of the folder above.
 */
export async function privateFolder(path: string): Promise<string> {
  try {
    const topmost = await mkdir(path, { recursive: true, mode: 0o700 });
    const owner = topmost === undefined ? undefined : ownerForNew(dirname(topmost));
    if (owner) {
      for (const made of fromTo(topmost as string, path)) await lchown(made, owner.uid, owner.gid);
    }
    return path;
  } catch (cause) {
    throw new LifeboatError(
      'state-unusable',
      `cannot make the folder ${path}: ${systemErrorCode(cause) ?? cause}`,
      {
        hint:
          (await unitHint(existingPart(path), cause)) ??
          'run as root or Administrator, or name a writable folder with --state or the key "state" in [backup]',
        cause,
      },
    );
  }
}

function fromTo(topmost: string, path: string): string[] {
  return path.length <= topmost.length ? [path] : [...fromTo(topmost, dirname(path)), path];
}

function existingPart(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingPart(dirname(path));
}
