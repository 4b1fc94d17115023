import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianPackages } from '../../../installer/linux/debian-packages.ts';
import { makePackage } from '../../../installer/linux/make-package.ts';
import { type TemporaryFolder, temporaryFolder } from '../../fakes/temporary-folder.ts';

const repository = join(import.meta.dirname, '../../..');
const facts = { version: '1.2.3', commit: 'abc', archiveFormat: 1, epoch: 1_700_000_000 };
const NAMES = ['lifeboat', 'lifeboat-restore'];

/** A build whose executables are a line of text each. */
function builtIn(folder: TemporaryFolder): string {
  const out = folder.file('out');
  mkdirSync(join(out, 'linux-x64'), { recursive: true });
  for (const name of NAMES) {
    writeFileSync(join(out, 'linux-x64', name), `the program ${name}\n`);
    writeFileSync(join(out, `${name}.cdx.json`), '{}\n');
  }
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), 'licences\n');
  return out;
}

async function make(folder: TemporaryFolder, umask: number): Promise<string[]> {
  const before = process.umask(umask);
  try {
    const out = builtIn(folder);
    const work = folder.file('work');
    const packages = await debianPackages({ repository, out, facts });
    const made: string[] = [];
    for (const one of packages) made.push(join(out, await makePackage(one, { facts, work, out })));
    return made;
  } finally {
    process.umask(before);
  }
}

function said(run: SpawnSyncReturns<string>): string {
  expect(run).toMatchObject({ status: 0 });
  return run.stdout;
}

test('the same build gives the same packages, whatever the folder, the hour and the umask', async () => {
  await using first = await temporaryFolder();
  await using second = await temporaryFolder();
  const [one, other] = [await make(first, 0o022), await make(second, 0o077)];
  expect(one).toHaveLength(2);
  for (const [index, path] of one.entries()) {
    expect(readFileSync(other[index] as string).equals(readFileSync(path)), path).toBe(true);
  }
});

test("the packages hold the executables, and everything in them is root's and of the commit's time", async () => {
  await using folder = await temporaryFolder();
  for (const [index, deb] of (await make(folder, 0o022)).entries()) {
    const list = said(
      spawnSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } }),
    );
    const lines = list.trim().split('\n');
    expect(lines.length).toBeGreaterThan(15);
    expect(
      lines.filter((line) => !/^[-d]rw[-x]r-[-x]r-[-x] root\/root +\d+ 2023-11-14 22:13 /.test(line)),
    ).toEqual([]);
    const root = folder.file(`unpacked-${index}`);
    said(spawnSync('dpkg-deb', ['--extract', deb, root], { encoding: 'utf8' }));
    const program = ['usr/lib/lifeboat/lifeboat', 'usr/bin/lifeboat-restore'][index] as string;
    expect(readFileSync(join(root, program), 'utf8')).toBe(`the program ${NAMES[index]}\n`);
  }
});

test('sysbackup.conf is no conffile, and a script has what it includes', async () => {
  await using folder = await temporaryFolder();
  for (const [index, deb] of (await make(folder, 0o022)).entries()) {
    const control = folder.file(`control-${index}`);
    said(spawnSync('dpkg-deb', ['--control', deb, control], { encoding: 'utf8' }));
    for (const name of ['postinst', 'postrm']) {
      const script = readFileSync(join(control, name), 'utf8');
      expect(script).not.toContain('# include');
      expect(script).toContain('reload_units() {');
    }
    expect(said(spawnSync('ls', [control], { encoding: 'utf8' }))).not.toContain('conffiles');
    expect(said(spawnSync('dpkg-deb', ['--field', deb, 'Depends'], { encoding: 'utf8' }))).toContain(
      'libatomic1',
    );
  }
});
