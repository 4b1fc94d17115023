import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { systemErrorCode } from '#platform/errors.ts';
import type { BuildFacts } from '../read-build-facts.ts';
import type { DebianPackage, PackagedFile } from './package.ts';

/**
 * Builds a Debian package with dpkg-deb and resolves with its path relative to `out`. Owner, modes, times and
 * order of what is in it depend on the build's facts alone, so the same build gives the same bytes.
 */
export async function makePackage(
  made: DebianPackage,
  { facts, work, out }: { facts: BuildFacts; work: string; out: string },
): Promise<string> {
  const root = join(work, `deb-${made.name}`);
  for (const file of made.files) await stage(root, file);
  for (const [name, content] of Object.entries(made.scripts)) {
    await stage(root, { path: `/DEBIAN/${name}`, content, mode: 0o755 });
  }
  await stage(root, { path: '/DEBIAN/control', content: await controlOf(made, facts, root) });
  await stage(root, { path: '/DEBIAN/md5sums', content: await sumsOf(made.files, root) });
  const name = `debian/${made.name}_${facts.version}_amd64.deb`;
  const built = join(work, `${made.name}.deb`);
  // xz at its lowest level: 33 MB in 10 seconds instead of 28 MB in 45.
  const how = ['--root-owner-group', '--uniform-compression', '-Zxz', '-z1', '--threads-max=1'];
  try {
    await promisify(execFile)('dpkg-deb', [...how, '--build', root, built], {
      // No file gets a later time than this.
      env: { ...process.env, SOURCE_DATE_EPOCH: String(facts.epoch) },
    });
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    throw new Error('dpkg-deb is not installed (Debian: dpkg); or name the other parts with --only', {
      cause: error,
    });
  }
  await mkdir(join(out, 'debian'), { recursive: true });
  await rename(built, join(out, name));
  return name;
}

async function stage(root: string, { path, content, mode = 0o644 }: PackagedFile): Promise<void> {
  const goal = join(root, path);
  await makeFolders(root, dirname(path));
  if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(goal, content);
  else await copyFile(content.copy, goal);
  await chmod(goal, mode);
}

/** Whatever the umask of whoever builds says. */
async function makeFolders(root: string, folder: string): Promise<void> {
  if (folder !== '/') await makeFolders(root, dirname(folder));
  await mkdir(join(root, folder), { recursive: true });
  await chmod(join(root, folder), 0o755);
}

async function controlOf(made: DebianPackage, { version }: BuildFacts, root: string): Promise<string> {
  let kibibytes = 0;
  for (const { path } of made.files) kibibytes += Math.ceil((await stat(join(root, path))).size / 1024);
  const [summary, ...lines] = made.description;
  const fields = {
    Package: made.name,
    Version: version,
    Architecture: 'amd64',
    ...made.fields,
    'Installed-Size': String(kibibytes),
    Description: [summary, ...lines.map((line) => ` ${line === '' ? '.' : line}`)].join('\n'),
  };
  return Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

async function sumsOf(files: readonly PackagedFile[], root: string): Promise<string> {
  const lines: string[] = [];
  for (const { path } of files) {
    const bytes = await readFile(join(root, path));
    lines.push(`${createHash('md5').update(bytes).digest('hex')}  ${path.slice(1)}\n`);
  }
  return lines.sort((a, b) => (a.slice(34) < b.slice(34) ? -1 : 1)).join('');
}
