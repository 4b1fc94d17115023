import { lstat, readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';

export interface FoundFolder {
  name: string;
  root: string;
  /** Device, inode and time of birth, since inodes are given to others again. */
  identity: string;
  /** Why it is no tenant. */
  problem: string | undefined;
}

/** As many characters as a system's name may have. */
const LONGEST_NAME = 100;

/**
 * The folders that a pattern with one segment `*` names, in the order of their names. Those that begin with a dot
 * are none of them, as with a shell's `*`; a link is one with a problem. Throws `source-missing` if the folder of
 * tenants itself cannot be read.
 */
export async function listTenantFolders(pattern: string): Promise<FoundFolder[]> {
  const segments = pattern.split(sep);
  const star = segments.indexOf('*');
  const parent = segments.slice(0, star).join(sep) || sep;
  const below = segments.slice(star + 1);
  const found: FoundFolder[] = [];
  for (const name of await namesIn(parent)) {
    const root = join(parent, name, ...below);
    const facts = await factsIfThere(root);
    if (facts === undefined || !(facts.isDirectory() || facts.isSymbolicLink())) continue;
    const problem = problemOf(name, facts.isSymbolicLink() ? root : undefined);
    found.push({ name, root, identity: `${facts.dev}:${facts.ino}:${facts.birthtimeNs}`, problem });
  }
  return found;
}

async function namesIn(parent: string): Promise<string[]> {
  try {
    const names = await readdir(parent);
    return names.filter((name) => !name.startsWith('.')).sort();
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    throw new LifeboatError('source-missing', `the folder of the tenants ${parent} cannot be read: ${code}`, {
      hint: 'correct "folder" in [tenants], or mount it',
      cause,
    });
  }
}

async function factsIfThere(path: string) {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    // It went meanwhile, or may not be looked at: then it is nobody's that could be backed up.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** What is shown and put into addresses must be readable, and the same when it comes back. */
function problemOf(name: string, link: string | undefined): string | undefined {
  if (link !== undefined) return `${link} is a link: a tenant's root must be a folder`;
  if (/[\p{C}\p{Zl}\p{Zp}\uFFFD]/u.test(name)) {
    return 'the name of its folder has characters that cannot be shown: rename it';
  }
  if (name.length > LONGEST_NAME)
    return `the name of its folder is longer than ${LONGEST_NAME} characters: rename it`;
  return undefined;
}
