import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FORMAT_VERSION } from '#archive/manifest.ts';

/** What an executable knows about its own build; libs/platform/program-version.ts reads it. */
export interface BuildFacts {
  /** The commit, with `+changes` if the sources differed from it; `unknown` where git does not say. */
  commit: string;
  archiveFormat: number;
}

/** Of a fixed length, since git's own abbreviation grows with the clone and builds are to be bit-identical. */
const COMMIT_LETTERS = 12;

export async function readBuildFacts(repository: string): Promise<BuildFacts> {
  return { commit: await readCommit(repository), archiveFormat: FORMAT_VERSION };
}

async function readCommit(repository: string): Promise<string> {
  // An unpacked tarball has no history; asking git would find that of a folder above.
  if (!existsSync(join(repository, '.git'))) return 'unknown';
  try {
    const commit = (await git(repository, ['rev-parse', 'HEAD'])).slice(0, COMMIT_LETTERS);
    const changes = await git(repository, ['status', '--porcelain']);
    return changes === '' ? commit : `${commit}+changes`;
  } catch (error) {
    // git is not installed, or refuses a repository that belongs to another user.
    console.warn(
      `the executables will not name their commit: ${error instanceof Error ? error.message : error}`,
    );
    return 'unknown';
  }
}

async function git(repository: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', args, { cwd: repository });
  return stdout.trim();
}
