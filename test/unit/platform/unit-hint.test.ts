import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { unitHint } from '#platform/unit-hint.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

const readOnly = Object.assign(new Error('read-only'), { code: 'EROFS' });
const inUnit = '0::/system.slice/lifeboat.service\n';

/** What /proc/self says of a program to which `point` is read-only, of a disk that can be written to. */
async function seen(folder: TemporaryFolder, mounts: string[], cgroup = inUnit): Promise<string> {
  const lines = ['25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,errors=remount-ro', ...mounts];
  await writeFile(folder.file('mountinfo'), `${lines.join('\n')}\n`);
  await writeFile(folder.file('cgroup'), cgroup);
  return folder.path;
}

async function place(folder: TemporaryFolder, name = 'archives (1) 100%'): Promise<string> {
  await mkdir(folder.file(name), { recursive: true });
  return folder.file(name);
}

const shut = (point: string): string =>
  `400 25 254:0 / ${point.replaceAll(' ', '\\040')} ro,nosuid shared:9 - ext4 /dev/vda rw`;

test('a place that the unit shuts is told with the line that opens it', async () => {
  await using folder = await temporaryFolder();
  const path = await place(folder);
  await symlink(path, folder.file('link'));
  for (const cgroup of [inUnit, '9:name=systemd:/system.slice/lifeboat.service\n8:pids:/\n']) {
    const proc = await seen(folder, [shut(folder.path)], cgroup);
    expect(await unitHint(folder.file('link'), readOnly, proc)).toBe(
      'the unit lifeboat.service keeps it from writing there: run "systemctl edit lifeboat.service", add [Service] ' +
        `and below it ReadWritePaths="${folder.path}/archives (1) 100%%", then "systemctl restart lifeboat.service"`,
    );
  }
});

test('anything else is not said to be the unit', async () => {
  await using folder = await temporaryFolder();
  const path = await place(folder);
  const whole = shut(folder.path);
  const disk = `${whole.slice(0, -2)}ro`;
  const opened = `401 400 254:0 / ${path.replaceAll(' ', '\\040')} rw - ext4 /dev/vda rw`;
  const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
  const hint = async (mounts: string[], cgroup = inUnit, cause = readOnly): Promise<string | undefined> =>
    await unitHint(path, cause, await seen(folder, mounts, cgroup));
  expect(await hint([whole])).toContain('systemctl edit');
  expect(await hint([disk]), 'a disk that is read-only for everyone').toBeUndefined();
  expect(await hint([whole, opened]), 'opened again').toBeUndefined();
  expect(await hint([shut(`${folder.path}/archives`)]), 'a neighbour').toBeUndefined();
  expect(await hint([whole, whole.replace('ro,nosuid', 'rw')]), 'a later mount above').toBeUndefined();
  expect(await hint([whole], '0::/user.slice/user-0.slice/session-1.scope\n'), 'no unit').toBeUndefined();
  expect(await hint([whole], inUnit, denied), 'another error').toBeUndefined();
});
