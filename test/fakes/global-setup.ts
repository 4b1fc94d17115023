import { spawnSync } from 'node:child_process';

/**
 * `npx vitest run` on its own must fail as loudly as `npm test` would where a program is missing: installs
 * nothing here if all is there, since setup.mjs looks first.
 */
export default function setup(): void {
  process.env['PATH'] = `${process.env['PATH']}:/usr/sbin:/usr/local/sbin`;
  const ended = spawnSync(process.execPath, ['installer/setup.mjs', '--for-tests'], { stdio: 'inherit' });
  if (ended.status !== 0) throw new Error('the set-up for the tests failed; the line above says why');
}
