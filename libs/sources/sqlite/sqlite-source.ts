import { type BigIntStats, constants } from 'node:fs';
import { access, mkdtemp, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '#platform/clock.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type {
  Component,
  ComponentRecord,
  Finding,
  FrozenView,
  Importance,
  MemberSink,
  Note,
  Source,
  SourceReport,
  WriteOptions,
} from '#sources/source.ts';
import { memberSegment } from '../member-segment.ts';
import { notHeld } from '../not-held.ts';
import { ownerNames } from '../owner-names.ts';
import { removeTree } from '../remove-tree.ts';
import { writeFailure } from '../write-failure.ts';
import { copyDatabase } from './copy-database.ts';
import { databaseFacts } from './database-facts.ts';
import { isInWalMode, openForReading } from './open-for-reading.ts';
import type { SqliteDetails } from './sqlite-details.ts';
import { writeParts } from './write-parts.ts';

export interface SqliteOptions {
  name: string;
  /** The database file, absolute. */
  path: string;
  importance: Importance;
  /** A private folder with room for a copy of the database; made if it is missing. */
  workFolder: string;
  clock: Clock;
}

/**
 * An SQLite database, as the component `sqlite/<name>`. freeze() copies it as it is at one point, while the
 * system goes on; what is in the archive is that copy. One that does not exist is a record of state
 * `missing`; one that is locked, refused or no database throws, since it is there and cannot be saved.
 */
export function sqliteSource(options: SqliteOptions): Source {
  const id = `sqlite/${options.name}`;
  const described = {
    id,
    kind: 'sqlite-database' as const,
    name: options.name,
    importance: options.importance,
  };

  async function check(signal: AbortSignal): Promise<SourceReport> {
    const found = await look(options.path);
    if ('missing' in found) {
      return { source: id, bytes: 0, findings: missingFindings(options) };
    }
    const findings: Finding[] = [];
    try {
      (await openForReading(options.path, signal)).close();
      await tellRights(options.path, findings);
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      findings.push({
        level: 'problem',
        message: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
    }
    return { source: id, bytes: Number(found.stat.size), findings };
  }

  async function freeze(signal: AbortSignal): Promise<FrozenView> {
    const found = await look(options.path);
    if ('missing' in found) {
      const takenAt = options.clock.now();
      const component: Component = { ...described, writeTo: async () => notHeld(described, found.missing) };
      return {
        takenAt,
        journal: [],
        components: [component],
        bytes: 0,
        [Symbol.asyncDispose]: async () => {},
      };
    }
    await using cleanup = new AsyncDisposableStack();
    const folder = await mkdtemp(join(await privateFolder(options.workFolder), 'sqlite-'));
    cleanup.defer(() => removeTree(folder));
    const copy = join(folder, 'database');
    const takenAt = options.clock.now();
    const journalMode = await copyTo(options.path, copy, signal);
    const { size } = await stat(copy);
    const frozen: FrozenDatabase = { copy, journalMode, stat: found.stat };
    const component: Component = {
      ...described,
      writeTo: (sink, write) => writeDatabase({ ...options, described, frozen }, sink, write),
    };
    const kept = cleanup.move();
    return {
      takenAt,
      journal: [],
      components: [component],
      bytes: size,
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  }

  return { id, check, freeze };
}

interface FrozenDatabase {
  copy: string;
  journalMode: string;
  /** Of the original. */
  stat: BigIntStats;
}

async function look(path: string): Promise<{ stat: BigIntStats } | { missing: Note }> {
  try {
    const found = await stat(path, { bigint: true });
    if (found.isFile()) return { stat: found };
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return { missing: { code: 'missing', what: path, detail: 'does not exist' } };
    }
    throw new LifeboatError('database-right-missing', `cannot look at the SQLite database ${path}: ${code}`, {
      cause,
    });
  }
  throw new LifeboatError('database-unsupported', `${path} is not a file, so it is no SQLite database`);
}

function missingFindings({ path, importance }: SqliteOptions): Finding[] {
  if (importance === 'optional') return [];
  return [
    {
      level: importance === 'required' ? 'problem' : 'warning',
      message: `the SQLite database ${path} does not exist`,
      hint: 'correct its path in sysbackup.conf, or mark it optional',
    },
  ];
}

/** Works now because a program has it open; alone it would not. */
async function tellRights(path: string, findings: Finding[]): Promise<void> {
  if (!(await isInWalMode(path))) return;
  try {
    await access(path, constants.W_OK);
    await access(dirname(path), constants.W_OK);
  } catch {
    findings.push({
      level: 'warning',
      message: `${path} is in WAL mode and can only be read while the system has it open`,
      hint: 'give the user that runs lifeboat write rights on the file and its folder',
    });
  }
}

async function copyTo(path: string, copy: string, signal: AbortSignal): Promise<string> {
  try {
    return await copyDatabase(path, copy, signal);
  } catch (error) {
    throw writeFailure(error, copy);
  }
}

async function writeDatabase(
  what: SqliteOptions & { described: Omit<Component, 'writeTo'>; frozen: FrozenDatabase },
  sink: MemberSink,
  write: WriteOptions,
): Promise<ComponentRecord> {
  const { described, frozen } = what;
  const facts = await databaseFacts(frozen.copy, write.signal);
  const prefix = `sqlite/${memberSegment(what.name)}`;
  const { members, form, bytes, sha256 } = await writeParts(frozen.copy, prefix, sink, write);
  const damage = facts.integrity.filter((line) => line !== 'ok' && !line.startsWith('not checked'));
  const details: SqliteDetails = {
    from: what.path,
    form,
    journalMode: frozen.journalMode,
    ...facts,
    ...(await ownership(frozen.stat)),
  };
  return {
    ...described,
    state: damage.length > 0 ? 'partial' : 'complete',
    bytes,
    sha256,
    items: facts.tables.length,
    rows: facts.tables.reduce((sum, { rows }) => sum + Math.max(0, rows), 0),
    notes: damage.map((line) => ({
      code: 'unreadable',
      what: what.path,
      detail: `integrity check: ${line}`,
    })),
    members,
    details,
  };
}

async function ownership(stat: BigIntStats): Promise<Pick<SqliteDetails, 'mode' | 'uid' | 'gid' | 'owner'>> {
  const names = ownerNames();
  const uid = Number(stat.uid);
  const gid = Number(stat.gid);
  const owner = await names.user(uid);
  const group = await names.group(gid);
  return {
    mode: Number(stat.mode & 0o7777n)
      .toString(8)
      .padStart(4, '0'),
    uid,
    gid,
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
}
