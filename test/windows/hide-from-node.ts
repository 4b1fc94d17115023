import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/wine/x86_64-windows/kernelbase.dll';

/**
 * Wine 8 offers VirtualAlloc2 and cannot do what Node 26 asks of it; where the function is missing, Node takes the older one.
 * The changed library lies over Wine's own for this process and those it starts alone: the script runs under `unshare --mount`.
 */
export default function setup(): void {
  const changed = join(mkdtempSync(join(tmpdir(), 'lifeboat-wine-')), 'kernelbase.dll');
  const library = readFileSync(LIBRARY).toString('latin1');
  const hidden = library.replaceAll('VirtualAlloc2\0', 'VirtualAllocX\0');
  if (hidden === library) throw new Error(`${LIBRARY} names no VirtualAlloc2: is this still Wine 8?`);
  writeFileSync(changed, hidden, 'latin1');
  const ended = spawnSync('mount', ['--bind', changed, LIBRARY], { encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`start this by "npm run test:windows", as root: ${ended.stderr}`);
  process.env['LIFEBOAT_WINE_KERNELBASE'] = changed;
}
