import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TemporaryFolder, temporaryFolder } from '../fakes/temporary-folder.ts';
import { treeState } from '../fakes/tree-state.ts';
import { type Ended, runProgram } from './run-program.ts';

/**
 * A small system whose live state differs from that of its archive in every component, to be restored, killed and
 * mended again and again: an SQLite database inside a saved folder, a folder of many files, single files.
 */
export interface KilledSystem extends AsyncDisposable {
  folder: TemporaryFolder;
  root: string;
  conf: string;
  state: string;
  /** Where drop-ins for systemd are put. */
  units: string;
  archive: string;
  lifeboat(...args: string[]): Promise<Ended>;
  restore(args: readonly string[], options?: Parameters<typeof runProgram>[2]): Promise<Ended>;
  /** Everything of the system, with hashes of what is in it, without what is kept beside it. */
  now(): string[];
  /** Names that begin as staged and kept things do, anywhere. */
  leftovers(): Promise<string[]>;
}

export async function killedSystem(conf: Record<string, string[]> = {}): Promise<KilledSystem> {
  const folder = await temporaryFolder();
  const [root, state, backups, units] = ['system', 'state', 'backups', 'units'].map((name) =>
    folder.file(name),
  ) as [string, string, string, string];
  const path = folder.file('sysbackup.conf');
  await mkdir(backups);
  await fill(root, 'saved');
  await writeFile(path, confText({ root, state, backups, conf }), { mode: 0o600 });
  // Without the second a start takes three times as long, and there are hundreds of them.
  const env = { LIFEBOAT_UNITS_FOLDER: units, NODE_COMPILE_CACHE: folder.file('compiled') };
  const lifeboat = (...args: string[]) => runProgram('service', ['--conf', path, ...args], { env });
  const backup = await lifeboat('backup');
  if (backup.status !== 0) throw new Error(backup.stdout + backup.stderr);
  const [archive] = (await readdir(backups)).filter((name) => name.endsWith('.zip'));
  await fill(root, 'of today');
  return {
    folder,
    root,
    conf: path,
    state,
    units,
    archive: join(backups, archive as string),
    lifeboat,
    restore: (args, options = {}) =>
      runProgram('restore', ['--conf', path, ...args], { ...options, env: { ...env, ...options.env } }),
    now: () => treeState(root).lines.filter((line) => !line.includes('.lifeboat-')),
    async leftovers() {
      const names = await readdir(root, { recursive: true });
      return names.filter((name) => name.includes('.lifeboat-'));
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function fill(root: string, text: string): Promise<void> {
  for (const name of ['db', 'image/empty', 'conf']) await mkdir(join(root, name), { recursive: true });
  for (let number = 0; number < 120; number += 1) {
    await writeFile(join(root, 'image', `${number}.jpg`), `${text} ${number}`);
  }
  await writeFile(join(root, 'image', text), 'there in one state only');
  await writeFile(join(root, 'db', 'beside.txt'), text);
  await writeFile(join(root, 'conf', 'a.conf'), text);
  await writeFile(join(root, 'conf', 'b.conf'), text);
  const database = new DatabaseSync(join(root, 'db', 'log.db'));
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS line (text)');
  database.prepare('INSERT INTO line VALUES (?)').run(text);
  database.close();
}

function confText(places: {
  root: string;
  state: string;
  backups: string;
  conf: Record<string, string[]>;
}): string {
  const sections: Record<string, string[]> = {
    system: ['name = Zutritt', `root = "${places.root}"`, 'version = 2.9'],
    'sqlite log': ['path = db/log.db'],
    'folder db': ['path = db'],
    'folder image': ['path = image'],
    'file a': ['path = conf/a.conf'],
    'file b': ['path = conf/b.conf'],
    backup: [`path = "${places.backups}"`, `state = "${places.state}"`],
  };
  for (const [section, lines] of Object.entries(places.conf)) {
    sections[section] = [...(sections[section] ?? []), ...lines];
  }
  return Object.entries(sections)
    .map(([section, lines]) => `[${section}]\n${lines.join('\n')}\n`)
    .join('\n');
}
