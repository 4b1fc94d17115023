import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a file system can be mounted here: as root, where no container forbids it. */
export function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'lifeboat-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', path]).status === 0;
  if (mounted) spawnSync('umount', [path]);
  rmdirSync(path);
  return mounted;
}
