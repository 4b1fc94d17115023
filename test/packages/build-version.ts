import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const repository = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** Builds this repository as it is; resolves with the folder of the result. */
export async function buildPackages(out: string): Promise<string> {
  await build(repository, out, 'debian');
  return out;
}

/**
 * Builds a copy of this repository that differs in a few places of its text, as an earlier or a later version of it
 * would. Resolves with the folder of the result.
 */
export async function buildVersion(
  folder: string,
  changes: readonly { file: string; from: RegExp; to: string }[],
  part: 'debian' | 'linux-x64',
): Promise<string> {
  const { stdout } = await run('git', ['ls-files', '-z'], { cwd: repository, maxBuffer: 2 ** 26 });
  for (const name of stdout.split('\0').filter((name) => /^(apps|libs|installer|docs|[^/]+$)/.test(name))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await cp(join(repository, name), join(folder, name), { verbatimSymlinks: true });
  }
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, from, to } of changes) {
    const text = await readFile(join(folder, file), 'utf8');
    if (!from.test(text)) throw new Error(`${file} has nothing like ${from}`);
    await writeFile(join(folder, file), text.replace(from, to));
  }
  await build(folder, join(folder, 'dist'), part);
  return join(folder, 'dist');
}

async function build(root: string, out: string, part: string): Promise<void> {
  const program = join(root, 'installer/build.ts');
  await run(process.execPath, [program, '--out', out, '--only', part], { cwd: root });
}
