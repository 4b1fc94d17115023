import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bareMachine } from '../../fakes/bare-machine.ts';

const clockFile = join(import.meta.dirname, '../../../libs/platform/clock.ts');

test('an empty TZ is UTC, not an error', () => {
  const program = `import(${JSON.stringify(clockFile)}).then((m) => process.stdout.write(m.systemClock().zone()))`;
  const run = spawnSync(process.execPath, ['-e', program], { env: { TZ: '' }, encoding: 'utf8' });
  expect(run.stdout).toBe('UTC');
});

/** Changes the zone of its own machine while it runs, as an administrator would. */
const PROBE = `
import { rmSync, symlinkSync } from 'node:fs';
import { systemClock } from './clock.ts';
const clock = systemClock();
const before = clock.zone();
rmSync('/etc/localtime');
symlinkSync('/usr/share/zoneinfo/Asia/Seoul', '/etc/localtime');
process.stdout.write(before + ' ' + clock.zone());
`;

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  "the machine's zone is changed: a program that runs sees it",
  async () => {
    await using machine = await bareMachine([process.execPath]);
    const zones = machine.outside('/usr/share/zoneinfo');
    for (const zone of ['Europe/Berlin', 'Asia/Seoul']) {
      await mkdir(join(zones, zone, '..'), { recursive: true });
      await copyFile(join('/usr/share/zoneinfo', zone), join(zones, zone)).catch(() =>
        writeFile(join(zones, zone), ''),
      );
    }
    await mkdir(machine.outside('/etc'));
    await symlink('/usr/share/zoneinfo/Europe/Berlin', machine.outside('/etc/localtime'));
    await copyFile(clockFile, machine.outside('/clock.ts'));
    await writeFile(machine.outside('/probe.mjs'), PROBE);
    const run = machine.run('node', ['/probe.mjs']);
    expect(`${run.stdout}${run.stderr}`).toBe('Europe/Berlin Asia/Seoul');
  },
);
