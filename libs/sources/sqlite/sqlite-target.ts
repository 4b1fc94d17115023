import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type { RestoreLog, RestoreTarget, SwitchRecord, TargetReport } from '#sources/restore-target.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import { inspectPlace } from '../exchange/inspect-place.ts';
import { patientLog } from '../exchange/patient-log.ts';
import { type PlaceState, wayBack } from '../exchange/place-state.ts';
import { stagedPlace } from '../exchange/staged-place.ts';
import { type StagingPlaces, stagingPlaces } from '../exchange/staging-places.ts';
import { switchOrGoBack } from '../exchange/switch-or-go-back.ts';
import { isThere } from '../is-there.ts';
import { openedBy } from '../opened-by.ts';
import { resolvePlace } from '../resolve-place.ts';
import { checkDatabase } from './check-database.ts';
import { checkMigrated } from './check-migrated.ts';
import { damageIn } from './database-facts.ts';
import { COMPANIONS, removeDatabase } from './database-files.ts';
import { exchangeDatabase } from './exchange-database.ts';
import { makeFolder } from './make-folder.ts';
import { localOwner, ownershipOf, setOwner } from './ownership.ts';
import { readHeader } from './read-header.ts';
import { sqliteDetails } from './sqlite-details.ts';
import { stageDatabase } from './stage-database.ts';
import { stageRights } from './stage-rights.ts';
import { takeOutOfUse } from './take-out-of-use.ts';

export interface SqliteTargetOptions {
  component: ComponentRecord;
  /** Where the database belongs, absolute. If it is a symbolic link, the file it leads to is replaced. */
  path: string;
  /** Tells this restore's staged and kept files from those of others. */
  runId: string;
  /** How long to wait for another program's lock, in milliseconds; 5 seconds if not given. */
  lockWaitMs?: number;
}

const LOCK_WAIT_MS = 5000;

/**
 * Brings an SQLite database back: staged and checked beside the live one, then exchanged by a rename, while
 * no program has it open. The journal mode comes with the file, whose header holds it. A live database that
 * is damaged, empty or gone hinders nothing and is kept all the same, with whatever lies beside it.
 */
export function sqliteTarget(options: SqliteTargetOptions): RestoreTarget {
  const { component, path, runId } = options;
  const record = { target: component.id, engine: 'sqlite' as const };
  const waitMs = options.lockWaitMs ?? LOCK_WAIT_MS;
  let staged = new AsyncDisposableStack();
  let isStaged = false;
  /** What the check says of access rights that could not be set. */
  let rights = '';
  let announced: SwitchRecord | undefined;
  let prepared: PlaceState | undefined;

  const places = async (): Promise<StagingPlaces> =>
    stagingPlaces(await resolvePlace(path), runId, component.name, '.sqlite');

  async function inspect(signal: AbortSignal): Promise<TargetReport> {
    signal.throwIfAborted();
    const { live } = await places();
    const { stat: found, space, findings } = await inspectPlace(live, component);
    const isFile = found?.isFile() ?? false;
    return {
      components: [
        {
          id: component.id,
          place: live,
          now: isFile ? await describe(live) : found ? 'not a file' : 'absent',
        },
      ],
      space: [{ ...space, ...(found && isFile ? { frees: Number(found.size) } : {}) }],
      inPlace: true,
      findings: [
        ...findings,
        ...damageFindings(component),
        ...(found && !isFile ? [notAFile(live)] : []),
        ...(isFile ? await useFindings(live) : []),
      ],
    };
  }

  async function stage(...[record, archive, how]: Parameters<RestoreTarget['stage']>): Promise<void> {
    const { folder, sddl } = sqliteDetails(record);
    refuseDamaged(record);
    const at = await places();
    await announce();
    await using undo = new AsyncDisposableStack();
    undo.use(await makeFolder(dirname(at.live), folder));
    await stageDatabase(at.staged, record, archive, how);
    undo.defer(() => removeDatabase(at.staged));
    rights = await stageRights(at.staged, at.live, sddl);
    await syncFolder(dirname(at.staged));
    staged = undo.move();
    isStaged = true;
  }

  async function announce(): Promise<SwitchRecord> {
    const { staged: goal } = await places();
    announced ??= await stagedPlace(
      record,
      ['', ...COMPANIONS].map((ending) => goal + ending),
    );
    return announced;
  }

  async function prepare(): Promise<SwitchRecord> {
    requireStaged();
    const { live, staged: goal, old } = await places();
    const outgoing = await isThere(live);
    const like = outgoing ? await ownershipOf(live) : sqliteDetails(component);
    await setOwner(goal, await localOwner(like));
    prepared = { component: component.id, live, staged: goal, old, incoming: true, outgoing };
    return { ...record, state: prepared };
  }

  async function switchOver(log: RestoreLog, signal: AbortSignal): Promise<void> {
    const state = prepared;
    if (!state) throw new LifeboatError('internal', `${component.id} was not prepared`);
    await switchOrGoBack(
      () => exchangeDatabase(state, log, { waitMs, signal }),
      () => exchangeDatabase(wayBack(state), patientLog(log), { waitMs, signal }),
    );
    staged.move();
    staged = new AsyncDisposableStack();
    isStaged = false;
  }

  function requireStaged(): void {
    if (!isStaged) throw new LifeboatError('internal', `${component.id} was not staged`);
  }

  return {
    id: component.id,
    inspect,
    announce,
    stage,
    stagedPlaces: async () => [{ component: component.id, place: (await places()).staged }],
    async check(signal, changed) {
      requireStaged();
      const compare = changed?.has(component.id) ? checkMigrated : checkDatabase;
      const item = await compare((await places()).staged, component, signal);
      return [{ ...item, result: `${item.result}${rights}` }];
    },
    async makeRoom(signal) {
      const { live } = await places();
      await takeOutOfUse(live, waitMs, signal);
      await removeDatabase(live);
    },
    prepare,
    switchOver,
    async [Symbol.asyncDispose]() {
      isStaged = false;
      await staged.disposeAsync();
    },
  };
}

/** Looks at the file alone and opens no database: looking must change nothing. */
async function describe(live: string): Promise<string> {
  try {
    await access(live, constants.R_OK);
    const { size } = await stat(live);
    if (size === 0) return 'an empty file';
    const what = (await readHeader(live)) === undefined ? 'not an SQLite database' : 'SQLite database';
    return `${what}, ${prettyBytes(size)}`;
  } catch (error) {
    return `cannot be read: ${systemErrorCode(error) ?? error}`;
  }
}

function damageFindings(component: ComponentRecord): Finding[] {
  const damage = component.members.length > 0 ? damageIn(sqliteDetails(component).integrity) : [];
  if (damage.length === 0) return [];
  return [{ level: 'problem', message: damaged(component, damage), hint: DAMAGED_HINT }];
}

const DAMAGED_HINT =
  'choose an older archive for it; "extract" gets the damaged file out, and ".recover" of the program sqlite3 may rescue rows';

function refuseDamaged(component: ComponentRecord): void {
  const damage = damageIn(sqliteDetails(component).integrity);
  if (damage.length === 0) return;
  throw new LifeboatError('archive-incomplete', damaged(component, damage), { hint: DAMAGED_HINT });
}

function damaged({ id }: ComponentRecord, damage: string[]): string {
  return `${id} was damaged already when it was saved, its integrity check said: ${damage.join('; ')}`;
}

function notAFile(live: string): Finding {
  return {
    level: 'problem',
    message: `${live} is not a file, though the archive has a database for it`,
    hint: 'move it away, or correct the path in sysbackup.conf',
  };
}

/** A warning only: a stop command may be what ends these programs. */
async function useFindings(live: string): Promise<Finding[]> {
  const users = await openedBy([live, `${live}-wal`]);
  if (users.length === 0) return [];
  return [
    {
      level: 'warning',
      message: `${live} is open in ${users.join(', ')}: it cannot be switched over before that ends`,
      hint: 'stop the system, or set "stop" in sysbackup.conf',
    },
  ];
}
