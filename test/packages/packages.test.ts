import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS } from '#platform/errors.ts';
import { type Browser, bodyOf, signInFirst } from '../e2e/sign-in.ts';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';
import { bootDebian } from './boot-debian.ts';
import { buildPackages, buildVersion } from './build-version.ts';
import { type DebianChroot, debianChroot } from './debian-chroot.ts';
import { damageShop, installShop, PROFILE, SHOP, shopState, USB } from './shop.ts';
import { startAsUnit, type UnitService } from './start-as-unit.ts';

const OLD = '0.0.9';
const NAMES = ['lifeboat', 'lifeboat-restore'];
const CONF = '/etc/lifeboat/sysbackup.conf';
const STATE = '/var/lib/lifeboat';
const JOURNAL = '/var/log/lifeboat/Backup Journal[001].txt';
const ARCHIVES = `${USB}/archives`;

let folder: TemporaryFolder;
let debian: DebianChroot;
let service: UnitService;
let anna: Browser;
let token: string;

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
const read = (path: string): string => readFileSync(debian.outside(path), 'utf8');
const ownerOf = async (path: string): Promise<string> =>
  (await debian.sh(`stat -c '%U %a' '${path}'`)).trim();
const archives = async (): Promise<string[]> =>
  (await debian.sh(`ls ${ARCHIVES}`)).split('\n').filter((name) => name.endsWith('.zip'));
const numbers = async (): Promise<number[]> =>
  JSON.parse(await debian.sh('lifeboat --json history')).backups.map(
    ({ number }: { number: number }) => number,
  );

beforeAll(async () => {
  folder = await temporaryFolder();
  debian = await debianChroot();
});

afterAll(async () => {
  await service?.stop();
  await debian?.sh('mariadb-admin shutdown').catch(() => undefined);
  await debian?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

test('the packages of two builds are bit-identical, and lintian has nothing that is not explained', async () => {
  const first = await buildPackages(folder.file('new'));
  const second = await buildPackages(folder.file('again'));
  const sums = readFileSync(join(first, 'SHA256SUMS'), 'utf8');
  console.log(sums);
  expect(readFileSync(join(second, 'SHA256SUMS'), 'utf8')).toBe(sums);
  const lintian = spawnSync(
    'lintian',
    ['--no-cfg', '--show-overrides', ...NAMES.map((name) => deb('new', name))],
    {
      encoding: 'utf8',
    },
  );
  console.log(lintian.stdout);
  expect(lintian.stdout.split('\n').filter((line) => /^[EW]:/.test(line))).toEqual([]);
  const changes = [{ file: 'package.json', from: /"version": "[^"]+"/, to: `"version": "${OLD}"` }];
  await buildVersion(folder.file('old-sources'), changes, 'debian');
});

test('a Debian without Node takes the first version, and what a product brought stays', async () => {
  await debian.sh(
    'apt-get update -qq && apt-get install -y -qq --no-install-recommends mariadb-server man-db >/dev/null',
  );
  expect((await debian.run('sh', '-c', 'command -v node nodejs npm')).status).not.toBe(0);
  await install('old-sources/dist', OLD);
  expect(await debian.sh('lifeboat --version; lifeboat-restore --version')).toMatch(/^0\.0\.9 .*\n0\.0\.9 /);
  expect(read(CONF)).toBe(read('/usr/share/lifeboat/sysbackup.conf'));
  for (const path of ['/etc/lifeboat', STATE, '/var/log/lifeboat', '/var/backups/lifeboat']) {
    expect(await ownerOf(path), path).toBe('lifeboat 700');
  }
  const wants = '/etc/systemd/system/multi-user.target.wants';
  expect(await debian.sh(`ls ${wants}`)).toMatch(/lifeboat-recover\.service\nlifeboat\.service/);
  expect(await debian.sh('lifeboat check')).toContain('a backup can run');
  expect(await debian.sh('man -P cat lifeboat')).toContain('lifeboat backup --before-update');

  await startMariadb();
  await installShop(debian);
  await writeFile(debian.outside(CONF), PROFILE);
});

test('check tells what the service meets: the idle database needs a right, the key of root does not', async () => {
  const before = await debian.run('lifeboat', 'check');
  expect(before.status).toBe(ERRORS.incomplete.exit);
  expect(before.stdout).toContain('give the user that runs lifeboat write rights on the file and its folder');
  expect(before.stdout).not.toContain('server.key');
  await debian.sh('adduser --quiet lifeboat shop');
  const after = await debian.run('lifeboat', 'check');
  expect([after.status, after.stdout]).toEqual([0, expect.stringContaining('a backup can run')]);
});

test('settings are saved on the page to a path on another mount; one that the unit shuts is refused', async () => {
  service = await startAsUnit(debian);
  const lifeboat = (...args: string[]) => debian.run('lifeboat', ...args);
  anna = await signInFirst({ lifeboat }, service.url);
  await mkdir(debian.outside('/usr/share/archives 100%'));
  await debian.sh("chown lifeboat '/usr/share/archives 100%'");
  const refused = await anna.send('PUT', 'api/settings', { values: { path: '/usr/share/archives 100%' } });
  expect(refused.status).toBe(400);
  expect(await bodyOf(refused)).toMatchObject({
    code: 'destination-not-writable',
    hint: expect.stringContaining('ReadWritePaths="/usr/share/archives 100%%"'),
  });
  const saved = await anna.send('PUT', 'api/settings', { values: { path: ARCHIVES, keep: '5' } });
  expect(saved.status, await saved.text()).toBe(200);
  expect(read(CONF)).toContain('; The profile of the shop: this comment stays.');
  expect(read(CONF)).toMatch(/keep = 5/);
  expect(await ownerOf(CONF)).toMatch(/^lifeboat /);
});

test('Backup Now by a token makes a good archive of the whole set', async () => {
  const made = await bodyOf(anna.send('POST', 'api/tokens', { name: 'shop', role: 'operator', days: 30 }));
  token = made.secret;
  await backupNow();
  const [archive, ...more] = await archives();
  expect(more).toEqual([]);
  expect(await ownerOf(`${ARCHIVES}/${archive}`)).toBe('lifeboat 600');
  expect(await debian.sh('lifeboat verify && lifeboat list')).toContain('good');
  expect(await debian.sh(`lifeboat-restore inspect ${ARCHIVES}/${archive}`)).toContain('file/key');
});

test('the restore tool brings all of it back, and the service goes on with the same state', async () => {
  const [archive] = await archives();
  const before = await shopState(debian);
  await damageShop(debian);
  // As root of the server, whom the account that only backs up cannot stand in for.
  const apply = ['apply', `${ARCHIVES}/${archive}`, '--yes', '--mariadb-user', 'root'];
  const applied = await debian.run('lifeboat-restore', ...apply);
  expect([applied.status, applied.stdout + applied.stderr]).toEqual([
    0,
    expect.stringContaining('restore done'),
  ]);
  expect(await shopState(debian)).toEqual(before);
  expect(await debian.sh(`find ${STATE} /var/log/lifeboat -user root -path '*locks*'`)).toBe('');
  await backupNow();
  expect(await numbers()).toEqual(expect.arrayContaining([1, 2]));
});

test('an upgrade in place goes on with settings, journal, history, numbers and archives', async () => {
  const [conf, journal] = [read(CONF), read(JOURNAL)];
  const [archive] = await archives();
  await service.stop();
  await install('new', version);
  expect(await debian.sh('lifeboat --version')).toContain(`${version} (`);
  expect(read(CONF)).toBe(conf);
  expect(read(JOURNAL)).toBe(journal);
  expect(await debian.sh(`lifeboat-restore verify ${ARCHIVES}/${archive}`)).toContain('verify done');
  service = await startAsUnit(debian);
  await backupNow();
  expect(read(JOURNAL).startsWith(journal)).toBe(true);
  expect(await numbers()).toEqual(expect.arrayContaining([1, 2, 3]));
  expect(await archives()).toContain(archive);
});

test('an archive of a later format is refused by name, and nothing is changed', async () => {
  const format = { file: 'libs/archive/manifest.ts', from: /FORMAT_VERSION = 1;/, to: 'FORMAT_VERSION = 2;' };
  const built = await buildVersion(folder.file('later-sources'), [format], 'linux-x64');
  await copyFile(join(built, 'linux-x64/lifeboat'), debian.outside('/usr/lib/lifeboat/later'));
  // As the wrapper of the package runs the one that is installed.
  await debian.sh(`
    install -d -o lifeboat ${USB}/later
    sed 's|^path = ${ARCHIVES}|path = ${USB}/later|' ${CONF} > /tmp/later.conf
    sed 's|/usr/lib/lifeboat/lifeboat|/usr/lib/lifeboat/later|' /usr/bin/lifeboat > /tmp/later
    sh /tmp/later --conf /tmp/later.conf --state /tmp/later.state backup`);
  const later = (await debian.sh(`ls ${USB}/later/*.zip`)).trim();
  const before = await shopState(debian);
  for (const command of ['inspect', 'verify', 'apply']) {
    const refused = await debian.run(
      'lifeboat-restore',
      command,
      later,
      ...(command === 'apply' ? ['--yes', '--mariadb-user', 'root'] : []),
    );
    expect(refused.status, command).toBe(ERRORS['archive-too-new'].exit);
    console.log(`${command}: ${refused.stderr.trim()}`);
    expect(refused.stderr).toContain('has format version 2, this program reads up to 1');
  }
  expect(await shopState(debian)).toEqual(before);
});

test('removed, conf, state and archives stay; installed again, it goes on', async () => {
  await service.stop();
  const [conf, kept] = [read(CONF), await archives()];
  await debian.sh('apt-get remove -y -qq lifeboat lifeboat-restore >/dev/null');
  expect((await debian.run('sh', '-c', 'command -v lifeboat lifeboat-restore')).status).not.toBe(0);
  expect(read(CONF)).toBe(conf);
  expect(await archives()).toEqual(kept);
  await install('new', version);
  service = await startAsUnit(debian);
  await backupNow();
  expect(await numbers()).toEqual(expect.arrayContaining([1, 2, 3, 4]));
});

test('a purge takes conf, state and journal with the last of the two, and never an archive', async () => {
  await service.stop();
  const kept = await archives();
  await copyFile(debian.outside(`${ARCHIVES}/${kept[0]}`), debian.outside('/var/backups/lifeboat/first.zip'));
  await debian.sh('apt-get purge -y -qq lifeboat >/dev/null');
  expect(existsSync(debian.outside(CONF)), 'the restore tool needs it').toBe(true);
  await debian.sh('apt-get purge -y -qq lifeboat-restore >/dev/null');
  for (const path of [CONF, STATE, '/var/log/lifeboat'])
    expect(existsSync(debian.outside(path)), path).toBe(false);
  expect(await archives()).toEqual(kept);
  expect(statSync(debian.outside('/var/backups/lifeboat/first.zip')).size).toBeGreaterThan(1000);

  await install('new', version);
  await mkdir(debian.outside(`${STATE}/by hand`));
  await copyFile(debian.outside(`${ARCHIVES}/${kept[0]}`), debian.outside(`${STATE}/by hand/KEPT.ZIP`));
  const said = await debian.sh('apt-get purge -y -qq lifeboat lifeboat-restore 2>&1');
  expect(said).toContain(`${STATE} holds archives and stays`);
  expect(existsSync(debian.outside(`${STATE}/by hand/KEPT.ZIP`))).toBe(true);
  console.log(said.trim().split('\n').slice(-6).join('\n'));
});

test('on a machine with systemd the hardened service works, and the line of its refusal opens the place', async () => {
  await debian.sh('mariadb-admin shutdown; rm -rf /var/backups/lifeboat /var/lib/lifeboat');
  // The vendor's way: the profile is there before the packages are.
  await mkdir(debian.outside('/etc/lifeboat'));
  await writeFile(debian.outside(CONF), PROFILE);
  await install('new', version);
  expect(read(CONF)).toBe(PROFILE);
  const said = await bootDebian(debian, UNDER_SYSTEMD);
  console.log(said);
  expect(said).toMatch(/^first: backup done/m);
  expect(said).toMatch(/^CapEff:\s+0{15}4$/m);
  expect(said).toMatch(/^Seccomp:\s+2$/m);
  expect(said).toMatch(/cannot write to the backup path \/home\/archives: EROFS/m);
  expect(said).toMatch(/^opened: backup done/m);
  expect(said).toMatch(/^the restore: restore done/m);
  expect(said).toMatch(/^the machine ended with 0$/m);
});

/** What an administrator would say, one after the other. */
const UNDER_SYSTEMD = `
systemctl is-active lifeboat mariadb
lifeboat check
echo "first: $(lifeboat --quiet backup)"
grep -E '^(Cap|Seccomp|NoNew)' "/proc/$(systemctl show --property MainPID --value lifeboat)/status"
install -d -o lifeboat /home/archives
lifeboat settings path=/home/archives
refusal=$(lifeboat --quiet backup 2>&1 || true)
echo "refused: $refusal"
mkdir /etc/systemd/system/lifeboat.service.d
{ echo '[Service]'; echo "$refusal" | grep -o 'ReadWritePaths="[^"]*"'; } > /etc/systemd/system/lifeboat.service.d/archives.conf
systemctl daemon-reload
systemctl restart lifeboat
until ls /var/lib/lifeboat/service/*.sock >/dev/null 2>&1; do sleep 1; done
echo "opened: $(lifeboat --quiet backup)"
echo "the restore: $(lifeboat-restore --quiet apply /home/archives/*.zip --yes --mariadb-user root)"
systemctl stop lifeboat
journalctl --unit lifeboat --unit lifeboat-recover --no-pager | tail -n 12
`;

test('[LB-01] the power fails in a restore: the machine starts, the product only when recover has mended it', async () => {
  const first = await bootDebian(debian, POWER_CUT);
  console.log(first);
  expect(first).toMatch(/^cut off: 137$/m);
  expect(first).toMatch(/^backup failed .*was cut off and has not ended; nothing was changed/m);
  expect(first).toMatch(/^product: inactive$/m);
  const second = await bootDebian(debian, STARTED_AGAIN);
  console.log(second);
  expect(second).toMatch(/^recover: .*is rolled back: the old state is live$/m);
  expect(second).toMatch(/^product: active$/m);
  expect(second).toMatch(/^before it: .*skipped because of (an unmet|a failed) condition/m);
  expect(second).toMatch(/^half of it: 0$/m);
  expect(second).toMatch(/^drop-ins: 0$/m);
  expect(second).toMatch(/^today: of today$/m);
  expect(second).toMatch(/^backup done/m);
});

/** The whole of a restore but its commit point is on record when the power fails: the live state is that of the archive. */
const POWER_CUT = `
cat > /etc/systemd/system/shop.service <<'END'
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
END
systemctl enable --now shop.service 2>/dev/null
sed -i 's/^name = Shop$/name = Shop\\nunits = shop.service\\nstop = systemctl stop shop.service\\nstart = systemctl --no-block start shop.service/' ${CONF}
echo 'of today' > '${SHOP}/images/today.txt'
archive=$(ls /home/archives/*.zip | head -n 1)
record=$(grep -Hn '"kind":"switched"' /var/lib/lifeboat/restores/*.ndjson | tail -n 1 | cut -d: -f2)
status=0
LIFEBOAT_TEST_KILL=before:$record lifeboat-restore --quiet apply "$archive" --yes --mariadb-user root || status=$?
echo "cut off: $status"
echo "no backup: $(lifeboat --quiet backup 2>&1 || true)"
systemctl start shop.service || true
echo "product: $(systemctl is-active shop.service || true)"
`;

const STARTED_AGAIN = `
echo "recover: $(journalctl --boot --unit lifeboat-recover --output cat | grep 'recover done')"
for wait in 1 2 3 4 5; do systemctl is-active --quiet shop.service || sleep 1; done
echo "product: $(systemctl is-active shop.service || true)"
echo "before it: $(journalctl --boot --unit shop.service --output cat | grep -m 1 condition)"
echo "half of it: $(find '${SHOP}' -name '.lifeboat-staged*' | wc -l)"
echo "drop-ins: $(find /etc/systemd/system -name '50-lifeboat-restore.conf' | wc -l)"
echo "today: $(cat '${SHOP}/images/today.txt')"
lifeboat --quiet backup
`;

function deb(build: string, name: string, of = version): string {
  return folder.file(`${build}/debian/${name}_${of}_amd64.deb`);
}

async function install(build: string, of: string): Promise<void> {
  for (const name of NAMES) await copyFile(deb(build, name, of), debian.outside(`/tmp/${name}.deb`));
  const said = await debian.sh(
    'apt-get install -y -qq --no-install-recommends /tmp/lifeboat.deb /tmp/lifeboat-restore.deb 2>&1',
  );
  console.log(said.trim().split('\n').slice(-4).join('\n'));
}

async function startMariadb(): Promise<void> {
  await debian.sh('install -d -o mysql -g mysql /run/mysqld');
  const server = 'setpriv --reuid=mysql --regid=mysql --init-groups mariadbd --skip-networking';
  debian.start(['chroot', debian.outside('/'), ...server.split(' '), '--socket=/run/mysqld/mysqld.sock']);
  await expect.poll(async () => (await debian.run('mariadb-admin', 'ping')).status).toBe(0);
}

/** As the product's own button does it. */
async function backupNow(): Promise<void> {
  const answer = await fetch(`${service.url}api/backup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
  });
  const events = await answer.text();
  expect(events).toMatch(/event: ended\ndata: \{"operation":"backup",.*"state":"done"/);
}
