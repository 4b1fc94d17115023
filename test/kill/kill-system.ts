import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ended, runProgram } from '../e2e/run-program.ts';
import { startMariadb } from '../engines/mariadb/start-mariadb.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { changeKillData, fillKillData } from './kill-data.ts';
import { type KillPlaces, stateOf } from './state-of.ts';

/** A system whose live state (the old one) differs from that of its archive (the new one) in every component. */
export interface KillSystem extends KillPlaces, AsyncDisposable {
  readonly state: string;
  readonly conf: string;
  /** Where drop-ins for systemd are put. */
  readonly units: string;
  /** Where the programs have their temporary files. */
  readonly temporary: string;
  /** There while the system is stopped. */
  readonly stopped: string;
  readonly archive: string;
  /** As it was when the archive was made. */
  readonly saved: readonly string[];
  restore(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

type RunOptions = Parameters<typeof runProgram>[2];

export async function killSystem(): Promise<KillSystem> {
  await using made = new AsyncDisposableStack();
  const folder = made.use(await temporaryFolder());
  const server = made.use(await startMariadb());
  const places = {
    root: folder.file('system'),
    state: folder.file('state'),
    backups: folder.file('backups'),
    units: folder.file('units'),
    stopped: folder.file('stopped'),
    scratch: folder.file('scratch'),
    temporary: folder.file('tmp'),
    password: folder.file('password'),
    conf: folder.file('system/conf/sysbackup.conf'),
  };
  for (const path of ['system/conf', 'backups', 'scratch', 'tmp', 'units']) {
    await mkdir(folder.file(path), { recursive: true });
  }
  await writeFile(places.password, `${server.password}\n`, { mode: 0o600 });
  await writeFile(places.conf, confText(places, server.port, 5), { mode: 0o600 });
  const environment = {
    LIFEBOAT_UNITS_FOLDER: places.units,
    TMPDIR: places.temporary,
    // A program starts in a third of the time.
    NODE_COMPILE_CACHE: folder.file('compiled'),
  };
  const run = (program: 'service' | 'restore', args: readonly string[], options: RunOptions = {}) =>
    runProgram(program, ['--conf', places.conf, ...args], {
      ...options,
      env: { ...environment, ...options.env },
    });
  await fillKillData(server, places.root);
  const backup = await run('service', ['backup']);
  if (backup.status !== 0) throw new Error(backup.stdout + backup.stderr);
  const saved = await stateOf({ ...places, server });
  await changeKillData(server, places.root);
  await writeFile(places.conf, confText(places, server.port, 9));
  const [archive] = (await readdir(places.backups)).filter((name) => name.endsWith('.zip'));
  const kept = made.move();
  return {
    ...places,
    server,
    saved,
    archive: join(places.backups, archive as string),
    restore: (args, options) => run('restore', args, options),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function confText(
  places: { root: string; state: string; backups: string; stopped: string; password: string },
  port: number,
  keep: number,
): string {
  const { root, state, backups, stopped, password } = places;
  return `[system]
name = Zutritt
root = "${root}"
version = 2.9
units = product.service
stop = sh -c "sleep 0.05 && touch '${stopped}'"
start = sh -c "sleep 0.05 && rm -f '${stopped}'"

[mariadb main]
host = 127.0.0.1
port = ${port}
user = root
password_file = "${password}"
databases = ac, ta

[sqlite log]
path = db/log.db

[folder db]
path = db

[folder image]
path = image

[folder records]
path = records

[file enckey]
path = cert/enckey
required = yes

[file system]
path = conf/system.conf

[file setting]
path = conf/setting.conf

[backup]
path = "${backups}"
state = "${state}"
keep = ${keep}
`;
}
