import { execFile } from 'node:child_process';
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemErrorCode } from '#platform/errors.ts';
import { describeWindowsProgram } from './describe-windows-program.ts';
import type { Program, Target } from './programs.ts';

/**
 * The Node that becomes a program's executable on a target: on Linux without symbols, on Windows with the program's
 * name and version. Both come before the code is put in: after it, `strip` would throw that code away.
 */
export async function prepareNode(
  fetched: string,
  { target, program, version, work }: { target: Target; program: Program; version: string; work: string },
): Promise<string> {
  const node = join(work, `node-${target.name}-${program.name}`);
  if (target.system === 'windows') await describeWindowsProgram(fetched, node, { program, version });
  else await strip(fetched, node);
  return node;
}

/** Symbols are a fifth of it. Without `strip` the executables work as well and are larger. */
async function strip(fetched: string, node: string): Promise<void> {
  await copyFile(fetched, node);
  await chmod(node, 0o755);
  try {
    await promisify(execFile)('strip', [node]);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    console.warn('strip is not installed (Debian: binutils); the executables are about 33 MB larger');
  }
}
