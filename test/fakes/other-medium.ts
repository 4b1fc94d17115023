import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory: another one than that of the system's temporary folder, where it exists. */
const IN_MEMORY = '/dev/shm';

export interface OtherMedium extends AsyncDisposable {
  /** A folder on it, with a name that would trip a careless program. */
  readonly path: string;
  /** From now on it is not there; `plugIn` brings it back as it was. */
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
}

/** A second medium for copies of archives. */
export async function otherMedium(): Promise<OtherMedium> {
  const base = await mkdtemp(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'lifeboat-second-'));
  const path = join(base, 'USB (2) größe');
  await mkdir(path);
  return {
    path,
    unplug: () => rename(path, `${path} unplugged`),
    plugIn: () => rename(`${path} unplugged`, path),
    [Symbol.asyncDispose]: () => rm(base, { recursive: true, force: true }),
  };
}
