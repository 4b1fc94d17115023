import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { realSystem } from './real-system.ts';

test('a sysbackup.conf of an archive that brings commands is restored only after a typed agreement', async () => {
  await using system = await realSystem();
  const plain = await readFile(system.conf, 'utf8');
  const trap = join(system.root, 'trap');
  await writeFile(system.conf, `${plain}\n[hooks]\nalert = touch "${trap}"\nafter = true\n`);
  expect(await system.lifeboat('backup')).toMatchObject({ status: 0 });
  const [archive] = (await system.archives()) as [string];
  const withId = (await readFile(system.conf, 'utf8')).replace(/\n\[hooks\][\s\S]*$/, '\n');
  await writeFile(system.conf, withId);

  const refused = await system.restore('apply', archive, '--yes');
  expect(refused.status).toBe(ERRORS['trust-needed'].exit);
  expect(refused.stdout).toMatch(
    /brings a command that will be run: \[hooks\] alert = touch .*trap \(none now\)/,
  );
  expect(await readFile(system.conf, 'utf8')).toBe(withId);

  const without = await system.restore('apply', archive, '--yes', '--only', 'folder/image');
  expect(without, 'without the conf nothing is brought').toMatchObject({ status: 0 });
  const agreed = await system.restore('apply', archive, '--yes', '--trust-archive', 'Zutritt');
  expect(agreed, agreed.stdout).toMatchObject({ status: 0 });
  expect(await readFile(system.conf, 'utf8')).toMatch(/alert = touch/);
  await expect(stat(trap)).rejects.toThrow('ENOENT');
  expect(await system.restore('apply', archive, '--yes'), 'now they are those of before').toMatchObject({
    status: 0,
  });
});
