import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
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
  const tarball = await packed(`${target.nodePackage}@${version}`, repository);
  await requireIntegrity(tarball, integrity);
  const node = join(work, `fetched-${target.name}`);
  await extractMember(tarball, `package/${target.node}`, node);
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
  throw new Error(`${file} is not what package-lock.json pins (${integrity}); delete it and build again`);
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
