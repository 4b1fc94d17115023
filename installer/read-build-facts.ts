import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FORMAT_VERSION } from '#archive/manifest.ts';

export interface BuildFacts {
  version: string;
  /** The commit, with `+changes` if the sources differed from it; `unknown` where git does not say. */
  commit: string;
  archiveFormat: number;
  /** Seconds since 1970: SOURCE_DATE_EPOCH, else when the commit was made. The only time that a build carries. */
  epoch: number;
}

/** Of a fixed length, since git's own abbreviation grows with the clone and builds are to be bit-identical. */
const COMMIT_LETTERS = 12;

/** 1980-01-01: where neither the environment nor git names a time. Some tools take nothing older. */
const NO_TIME = 315_532_800;

export async function readBuildFacts(repository: string): Promise<BuildFacts> {
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const { commit, epoch } = await readCommit(repository);
  const given = process.env['SOURCE_DATE_EPOCH'];
  return { version, commit, archiveFormat: FORMAT_VERSION, epoch: given ? Number(given) : epoch };
}

async function readCommit(repository: string): Promise<{ commit: string; epoch: number }> {
  // An unpacked tarball has no history; asking git would find that of a folder above.
  if (!existsSync(join(repository, '.git'))) return { commit: 'unknown', epoch: NO_TIME };
  try {
    const commit = (await git(repository, ['rev-parse', 'HEAD'])).slice(0, COMMIT_LETTERS);
    const epoch = Number(await git(repository, ['show', '--no-patch', '--format=%ct', 'HEAD']));
    const changes = await git(repository, ['status', '--porcelain']);
    return { commit: changes === '' ? commit : `${commit}+changes`, epoch };
  } catch (error) {
    // git is not installed, or refuses a repository that belongs to another user.
    console.warn(
      `the executables will not name their commit: ${error instanceof Error ? error.message : error}`,
    );
    return { commit: 'unknown', epoch: NO_TIME };
  }
}

async function git(repository: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: repository });
  return stdout.trim();
}
