import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readMachine } from '#machine/read-machine.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

async function machine(files: Record<string, string>) {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    const place = join(folder.file('.'), path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }
  return folder;
}

test('what names the system, certificates and firewall rules are found, by name only', async () => {
  await using root = await machine({
    'etc/os-release': 'NAME=x\nPRETTY_NAME="Door OS 3"\n',
    'etc/cron.d/door': '5 * * * * root /srv/door/bin/tidy',
    'etc/nginx/sites-enabled/door': 'root /srv/door;',
    'etc/nginx/sites-enabled/doors': 'root /srv/doors; # not /srv/door-old either',
    'etc/systemd/system/big.service': `/srv/door ${' '.repeat(300_000)}`,
    'etc/mysql/binary': '/srv/door\0',
    'usr/local/share/ca-certificates/own.crt': 'PEM',
    'etc/nftables.conf': 'table inet filter {}',
    'home/me/notes': '/srv/door',
  });
  const facts = await readMachine({ mentions: ['/srv/door'], zone: 'Asia/Seoul', at: root.file('.') }, NEVER);
  expect(facts).toEqual({
    os: 'Door OS 3',
    timeZone: 'Asia/Seoul',
    mentions: ['/etc/cron.d/door', '/etc/nginx/sites-enabled/door'],
    certificates: ['/usr/local/share/ca-certificates/own.crt'],
    firewall: ['/etc/nftables.conf'],
  });
});

test('a machine without any of these places is read too', async () => {
  await using root = await temporaryFolder();
  const facts = await readMachine({ mentions: ['/srv'], zone: 'UTC', at: root.file('.') }, NEVER);
  expect(facts).toMatchObject({ mentions: [], certificates: [], firewall: [] });
  expect(facts.os).not.toBe('');
});
