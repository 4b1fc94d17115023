import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** One file of a package of npm, pinned by the hash of the package. */
export interface PackageMember {
  name: string;
  version: string;
  /** As package-lock.json has it: `sha512-` and base64. */
  integrity: string;
  /** Its path in the package. */
  member: string;
}

/**
 * Writes one file of a package to `goal`. The package is asked of npm once and kept in node_modules/.cache; bytes
 * that are not those of its hash are an error.
 */
export async function fetchMember(
  { name, version, integrity, member }: PackageMember,
  { repository, goal }: { repository: string; goal: string },
): Promise<void> {
  const tarball = await packed(`${name}@${version}`, repository);
  await requireIntegrity(tarball, integrity);
  await extractMember(tarball, `package/${member}`, goal);
}

/** Path of the package's tarball; another build that fetches it at the same time does no harm. */
async function packed(spec: string, repository: string): Promise<string> {
  const cache = join(repository, 'node_modules', '.cache', 'lifeboat');
  const tarball = join(cache, `${spec}.tgz`);
  if (existsSync(tarball)) return tarball;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, '.fetch-'));
  try {
    const npm = process.env['npm_execpath'];
    const [program, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
    // In the repository, whose .npmrc may say where packages come from.
    const { stdout } = await promisify(execFile)(
      program as string,
      [...first, 'pack', spec, '--silent', '--pack-destination', folder],
      { cwd: repository },
    );
    await rename(join(folder, stdout.trim()), tarball);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return tarball;
}

async function requireIntegrity(file: string, integrity: string): Promise<void> {
  const [algorithm = '', expected] = integrity.split(/-(.*)/s);
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  if (hash.digest('base64') === expected) return;
  throw new Error(`${file} is not what is pinned (${integrity}); delete it and build again`);
}

async function extractMember(tarball: string, member: string, goal: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(createReadStream(tarball), createGunzip(), entries);
  let found = false;
  for await (const entry of entries) {
    if (entry.header.name === member) {
      await pipeline(entry, createWriteStream(goal));
      found = true;
    } else {
      entry.resume();
    }
  }
  await reading;
  if (!found) throw new Error(`${tarball} holds no ${member}`);
}
