import { expect, test } from 'vitest';
import { forgetOld } from '#restore/kept/forget-old.ts';
import type { BeginRecord } from '#restore/log/log-record.ts';
import { openRestoreLog } from '#restore/log/restore-log.ts';
import { undoRestore } from '#restore/undo-restore.ts';
import { NEVER } from '../../fakes/backup-parts.ts';
import { restoreSite } from '../../fakes/restore-parts.ts';

const begin: BeginRecord = {
  kind: 'begin',
  operation: 'restore',
  system: { id: 'installed', name: 'Sample' },
  alsoLocked: [],
  plan: [],
  programs: {},
  barrier: { files: [], services: [] },
  keepOldDays: 7,
};

test.each(['undo', 'forget'])(
  '[LB-02] no %s of a restore of another machine’s archive while a restore of the system installed here is open',
  async (verb) => {
    await using here = await restoreSite();
    const { stateFolder, clock } = here.parts;
    const other = { ...begin, system: { id: 'other', name: 'Sample' }, alsoLocked: ['installed'] };
    {
      await using log = await openRestoreLog({ stateFolder, clock, runId: 'run0' }, other);
      await log.write({ kind: 'switched' });
      await log.write({ kind: 'ended', how: 'done', what: 'the restored state is live' });
    }
    await using _cutOff = await openRestoreLog({ stateFolder, clock, runId: 'run00' }, begin);
    const which = { systemId: 'installed', run: 'run0' };
    const done =
      verb === 'forget'
        ? forgetOld(which, here.parts, NEVER)
        : undoRestore(which, { ...here.parts, around: undefined }, NEVER);
    await expect(done).rejects.toMatchObject({ code: 'restore-open' });
  },
);
