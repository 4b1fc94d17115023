import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveReader } from '#archive/archive.ts';
import { systemClock } from '#platform/clock.ts';
import { exchangeInPlace } from '#restore/in-place/exchange-in-place.ts';
import { recoverInPlace } from '#restore/in-place/recover-in-place.ts';
import type { OpenSafety } from '#restore/in-place/safety.ts';
import type { BeginRecord } from '#restore/log/log-record.ts';
import { readRestoreLog } from '#restore/log/read-restore-log.ts';
import { openRestoreLog, resumeRestoreLog } from '#restore/log/restore-log.ts';
import { loggedTransaction } from '#restore/logged-transaction.ts';
import type { RestorePlan } from '#restore/plan/restore-plan.ts';
import type { RestoreParts } from '#restore/restore-parts.ts';
import type { Switching } from '#restore/transaction.ts';
import { dropStagedMssql } from '#sources/mssql/target/staging/drop-staged-mssql.ts';
import { switchedMssql } from '#sources/mssql/target/switch/switched-mssql.ts';
import { never, restoreOf, type SavedSet, serverOf } from './restore-sets.ts';
import type { TestMssql } from './start-mssql.ts';

/** A restore in place of what is on one server, as the pipeline does it once its safety archive is made. */
export interface InPlaceSite {
  /** From the first deletion to the end. `alive`: false once the program counts as killed. */
  exchange(alive: () => boolean): Promise<void>;
  /** What `recover` does with the log of it; what could not be brought back. */
  recover(): Promise<string[]>;
  /** All that was logged, a line each. */
  steps(): Promise<string[]>;
}

const BEGIN: BeginRecord = {
  kind: 'begin',
  operation: 'in-place',
  system: { id: 'zutritt', name: 'Zutritt' },
  alsoLocked: [],
  plan: [],
  programs: {},
  barrier: { files: [], services: [] },
  keepOldDays: 1,
};

/** `archive` is restored, `safety` holds what is live. */
export function inPlaceSite(server: TestMssql, archive: SavedSet, safety: SavedSet): InPlaceSite {
  const stateFolder = join(server.folder, 'state');
  const clock = systemClock();
  const options = { server: serverOf(server), stateFolder, stallMs: 20_000, retryMs: 2_000 };
  const switching: Switching = {
    switched: async (record) => switchedMssql(record, options),
    reach: async () => undefined,
    dropStaged: (record, signal) => dropStagedMssql(record, options, signal),
  };
  let runs = 0;
  const openSafety = async (): Promise<OpenSafety> => {
    runs += 1;
    const { target } = restoreOf(safety, server, { run: `back${runs}`, savedHere: true });
    return {
      archive: safety.archive as ArchiveReader,
      targets: [{ target, components: safety.records }],
      [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
    };
  };
  const logPath = async (): Promise<string> => {
    const [name] = (await readdir(join(stateFolder, 'restores'))).filter((file) => file.endsWith('.ndjson'));
    return join(stateFolder, 'restores', name as string);
  };
  return {
    async exchange(alive) {
      await rm(join(stateFolder, 'restores'), { recursive: true, force: true });
      runs += 1;
      const runId = `run${runs}`;
      const log = await openRestoreLog({ stateFolder, runId, clock }, BEGIN);
      const nothing = { staging: [], prepared: [], begun: [], stopped: false, allBack: false };
      await using transaction = loggedTransaction(log, { ...nothing, begin: BEGIN });
      const { target } = restoreOf(archive, server, { run: runId });
      await target.inspect(never);
      const parts = {
        ...{ switching, stateFolder, clock, runId },
        archive: archive.archive as ArchiveReader,
        targets: [{ target, components: archive.records }],
        onProgress: () => undefined,
      } as unknown as RestoreParts;
      const kept = {
        ...{ archive: '/safety.zip', raw: [] },
        open() {
          if (!alive()) throw new Error('killed');
          return openSafety();
        },
      };
      await exchangeInPlace(parts, { system: BEGIN.system } as RestorePlan, kept, transaction);
    },
    async recover() {
      const content = await readRestoreLog(await logPath());
      await using log = await resumeRestoreLog(content, { clock });
      await using transaction = loggedTransaction(log, { ...content, begin: BEGIN });
      return await recoverInPlace(content, transaction, { switching, openSafety });
    },
    async steps() {
      const { steps } = await readRestoreLog(await logPath());
      return steps.map(({ what, goBack }) => `${what} | ${goBack}`);
    },
  };
}
