import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchMember } from './fetch-member.ts';
import type { Target } from './programs.ts';

/**
 * The pinned Node of a target. npm installs that of its own system only; the package of another one is asked of
 * npm once and kept in node_modules/.cache. Its bytes are those that package-lock.json names, or this throws.
 */
export async function fetchNode(
  target: Target,
  { repository, work }: { repository: string; work: string },
): Promise<string> {
  const installed = join(repository, 'node_modules', target.nodePackage, target.node);
  if (existsSync(installed)) return installed;
  const { version, integrity } = await readLocked(target.nodePackage, repository);
  const node = join(work, `fetched-${target.name}`);
  await fetchMember(
    { name: target.nodePackage, version, integrity, member: target.node },
    { repository, goal: node },
  );
  return node;
}

async function readLocked(name: string, repository: string): Promise<{ version: string; integrity: string }> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8'));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (typeof version !== 'string' || typeof integrity !== 'string') {
    throw new Error(`package-lock.json pins no ${name} by version and hash`);
  }
  return { version, integrity };
}
