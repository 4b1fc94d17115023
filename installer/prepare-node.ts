import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Target } from './programs.ts';

/**
 * The Node that becomes a target's executable, stripped of symbols. Stripping comes before the code is put in:
 * after it, strip would throw that code away. Without `strip` the executables work as well and are larger.
 */
export async function prepareNode(
  target: Target,
  { repository, work }: { repository: string; work: string },
): Promise<string> {
  const installed = join(repository, 'node_modules', target.nodePackage, target.node);
  if (!existsSync(installed)) {
    throw new Error(
      `the Node for ${target.name} is not installed (${installed}); npm installs it on that system only`,
    );
  }
  if (!target.strip) return installed;
  const node = join(work, `node-${target.name}`);
  await copyFile(installed, node);
  await chmod(node, 0o755);
  try {
    await promisify(execFile)('strip', [node]);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    console.warn('strip is not installed (Debian: binutils); the executables are about 33 MB larger');
  }
  return node;
}
