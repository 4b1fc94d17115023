import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestMariadb } from '../engines/mariadb/start-mariadb.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';
import { type MeasuredRun, measuredRun } from './measured-run.ts';

/** A system to be measured, with the two programs as a user has them: the executables that were built. */
export interface BenchSystem extends AsyncDisposable {
  /** Its root, for what is to be saved; everything lies on the disk of the temporary folder. */
  readonly root: string;
  /** A place on the same disk for anything else. */
  file(name: string): string;
  /** Where archives go, and what is needed while one is made. */
  readonly backups: string;
  readonly state: string;
  /** How `lifeboat` is called for this system. */
  command(...args: string[]): [program: string, args: string[]];
  /** `lifeboat backup`; archives of earlier runs are removed first. */
  backup(): Promise<MeasuredRun & { archive: string; bytes: number }>;
  verify(): Promise<MeasuredRun>;
  /** `lifeboat-restore apply`; the databases go to `server`, which need not be the one they came from. */
  restore(archive: string, server?: TestMariadb): Promise<MeasuredRun>;
}

export interface BenchSystemOptions {
  /** Lines of its conf below [system]; the destination is added. */
  sections: Record<string, string[]>;
  /** Lines of [backup] besides its places. */
  backup?: string[];
  mariadb?: { server: TestMariadb; databases: string[] };
  signal: AbortSignal;
}

const programs = join(import.meta.dirname, '..', '..', 'dist', 'linux-x64');

export async function benchSystem(options: BenchSystemOptions): Promise<BenchSystem> {
  const { signal } = options;
  const folder = await temporaryFolder();
  const conf = folder.file('sysbackup.conf');
  const backups = folder.file('backups');
  await mkdir(backups);
  await mkdir(folder.file('system'));
  await writeFile(folder.file('system/VERSION'), '1.0\n');
  const saveConf = async (server: TestMariadb | undefined) => {
    await writeFile(folder.file('password'), `${server?.password}\n`, { mode: 0o600 });
    await writeFile(conf, confText(folder.path, options, server), { mode: 0o600 });
  };
  const run = (program: 'lifeboat' | 'lifeboat-restore', ...args: string[]) =>
    measuredRun(join(programs, program), ['--conf', conf, ...args], signal);
  return {
    root: folder.file('system'),
    file: folder.file,
    backups,
    state: folder.file('state'),
    command: (...args) => [join(programs, 'lifeboat'), ['--conf', conf, ...args]],
    async backup() {
      await rm(backups, { recursive: true });
      await mkdir(backups);
      await saveConf(options.mariadb?.server);
      const measured = await run('lifeboat', 'backup');
      const [name] = (await readdir(backups)).filter((entry) => entry.endsWith('.zip'));
      const archive = join(backups, String(name));
      return { ...measured, archive, bytes: (await stat(archive)).size };
    },
    verify: () => run('lifeboat', 'verify'),
    async restore(archive, server = options.mariadb?.server) {
      await saveConf(server);
      return await run('lifeboat-restore', '--state', folder.file('state'), 'apply', archive, '--yes');
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** The id stands in the conf: what a program adds to it is written over by the next run. */
const SYSTEM_ID = '5d7a4f0e-8a1f-4a57-9c31-1f2b6f0c7a10';

function confText(base: string, options: BenchSystemOptions, server: TestMariadb | undefined): string {
  const sections: Record<string, string[]> = {
    system: ['name = Bench', `id = ${SYSTEM_ID}`, `root = "${base}/system"`, 'version_file = VERSION'],
    ...options.sections,
    backup: [`path = "${base}/backups"`, `state = "${base}/state"`, ...(options.backup ?? [])],
  };
  if (server !== undefined) {
    sections['mariadb main'] = [
      'host = 127.0.0.1',
      `port = ${server.port}`,
      `user = ${server.user}`,
      `password_file = "${base}/password"`,
      `databases = ${options.mariadb?.databases.join(', ')}`,
    ];
  }
  return Object.entries(sections)
    .map(([section, lines]) => `[${section}]\n${lines.join('\n')}\n`)
    .join('\n');
}
