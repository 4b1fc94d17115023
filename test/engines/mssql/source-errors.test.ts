import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode, LifeboatError } from '#platform/errors.ts';
import type { Fault } from './server/order-faults.ts';
import { fillDatabases, type StagedServer, save, stagedServer } from './staged-server.ts';

/** Everything that a failed backup leaves: nothing in the staging folder, no session, the server as it was. */
async function failedBackup(staged: StagedServer, fault: () => Fault): Promise<LifeboatError> {
  const before = staged.server.snapshot();
  const ordered = fault();
  const error: unknown = await save(staged.source({ databases: ['shop', 'other'] })).then(
    (saved) => saved[Symbol.asyncDispose](),
    (thrown: unknown) => thrown,
  );
  expect(ordered.fired, 'the fault happened').toBeGreaterThan(0);
  ordered.release();
  expect(error).toBeInstanceOf(LifeboatError);
  expect(await staged.staged()).toEqual([]);
  expect(staged.server.snapshot()).toEqual(before);
  await expect.poll(() => staged.server.state.sessions.size).toBe(0);
  expect(staged.server.defects).toEqual([]);
  return error as LifeboatError;
}

const BACKUP = /^BACKUP DATABASE \[shop\]/;
const PLACE = /^127\.0\.0\.1:\d+: /;

/** What the server says, and what then is read by a person, by a script, and from the exit status. */
const AT_BACKUP: [
  title: string,
  messages: Parameters<StagedServer['server']['failNext']>[1],
  ErrorCode,
  message: RegExp,
  hint: RegExp,
][] = [
  [
    '262, a right is missing',
    [262, 3013],
    'database-right-missing',
    /BACKUP DATABASE permission denied in database 'shop' \(error 262\)/,
    /sysadmin/,
  ],
  ['15247, the generic refusal', [15247, 3013], 'database-right-missing', /\(error 15247\)/, /sysadmin/],
  [
    '911, the database went away',
    [[911, 'shop'], 3013],
    'database-missing',
    /Database 'shop' does not exist.*\(error 911\)/,
    /databases/,
  ],
  [
    '927, a restore of it is under way',
    [[927, 'shop'], 3013],
    'database-busy',
    /middle of a restore \(error 927\)/,
    /restore/,
  ],
  [
    '3201 with OS error 5',
    [[3201, '/srv/staging/x.bak', '5(Access is denied.)'], 3013],
    'staging-unusable',
    /Operating system error 5\(Access is denied\.\) \(error 3201\)/,
    /service.*read and write rights/,
  ],
  [
    '3201 with OS error 3',
    [[3201, '/srv/staging/x.bak', '3(The system cannot find the path specified.)'], 3013],
    'staging-unusable',
    /system error 3.*\(error 3201\)/,
    /must exist where the server looks/,
  ],
  [
    '3202, the disk is full',
    [[3202, '/srv/staging/x.bak', '112(There is not enough space on the disk.)'], 3013],
    'space-low',
    /not enough space on the disk\.?\).*\(error 3202\)/,
    /make room/,
  ],
  [
    '3043, the live database is damaged',
    [[3043, 'shop', 1, 7, '/var/opt/mssql/data/shop.mdf'], 3013],
    'database-failed',
    /\(error 3043\)/,
    /DBCC CHECKDB/,
  ],
  [
    '33111, the certificate is missing',
    [[33111, '0xAB'], 3013],
    'target-unsuitable',
    /certificate.*\(error 33111\)/,
    /certificate/,
  ],
  ['3013 alone', [3013], 'database-failed', /terminating abnormally \(error 3013\)/, /^$/],
];

describe('what the server can refuse while a BACKUP is made', () => {
  let staged: StagedServer;
  beforeAll(async () => {
    staged = await stagedServer();
    await fillDatabases(staged.server, ['shop', 'other']);
  });
  afterAll(() => staged[Symbol.asyncDispose]());

  test.each(AT_BACKUP)(
    '%s: the cause first, nothing left, nothing changed',
    async (_title, messages, code, message, hint) => {
      const error = await failedBackup(staged, () => staged.server.failNext(BACKUP, messages));
      expect(error.message).toMatch(PLACE);
      expect(error.message).toMatch(message);
      if (messages.length > 1) expect(error.message).not.toMatch(/3013|terminating abnormally/);
      expect(error.hint ?? '').toMatch(hint);
      expect(error.code).toBe(code);
      expect(ERRORS[error.code].exit).toBeGreaterThan(3);
    },
  );

  test('a disk that fills up at 40 percent', async () => {
    const error = await failedBackup(staged, () =>
      staged.server.callNext(
        BACKUP,
        ({ state }) => {
          state.disk.free = 1000;
        },
        { at: 40 },
      ),
    );
    staged.server.state.disk.free = undefined;
    expect(error).toMatchObject({ code: 'space-low', message: expect.stringMatching(/\(error 3202\)$/) });
  });

  test.each([3183, 3189, 3241])(
    '%i at the check: the backup just made is damaged, not an archive',
    async (number) => {
      const error = await failedBackup(staged, () =>
        staged.server.failNext(/^RESTORE VERIFYONLY/, [number, 3013]),
      );
      expect(error.code).toBe('database-failed');
      expect(error.message).toMatch(
        /^the backup of database (shop|other) that the server has just made is damaged: /,
      );
      expect(error.message).toContain(`(error ${number})`);
    },
  );

  test('[BS-26] a file that is damaged on its way to the disk does not pass VERIFYONLY', async () => {
    const error = await failedBackup(staged, () =>
      staged.server.callNext(/^RESTORE HEADERONLY .*-1\.bak/, ({ session }) =>
        staged.server.damage(/N'([^']+)'/.exec(session.request?.sql ?? '')?.[1] as string),
      ),
    );
    expect(error).toMatchObject({ code: 'database-failed', message: expect.stringContaining('is damaged') });
  });

  test('[BS-26] a BACKUP that ends without saying that it is complete is none', async () => {
    const error = await failedBackup(staged, () =>
      staged.server.callNext(BACKUP, ({ reply }) => {
        const { message } = reply;
        reply.message = (one) => {
          if (one.number !== 3014) message(one);
        };
      }),
    );
    expect(error).toMatchObject({
      code: 'database-failed',
      message: expect.stringMatching(
        /^BACKUP of database shop on .* ended without saying that it is complete$/,
      ),
    });
  });

  test('[BS-26] a file that is seen here with fewer bytes than the server wrote', async () => {
    const error = await failedBackup(staged, () =>
      staged.server.callNext(
        /^RESTORE VERIFYONLY .*-1\.bak/,
        async ({ session }) => {
          const name = /\/([^/']+)'/.exec(session.request?.sql ?? '')?.[1] as string;
          await truncate(join(staged.staging, name), 5000);
        },
        { at: 'after' },
      ),
    );
    expect(error).toMatchObject({
      code: 'staging-unusable',
      message: expect.stringMatching(/bytes by the server's word, is not seen as .* with that size/),
    });
  });

  test('[BS-26] a file that is not seen here at all', async () => {
    const error = await failedBackup(staged, () =>
      staged.server.callNext(
        /^RESTORE VERIFYONLY .*-1\.bak/,
        async ({ session }) => {
          const name = /\/([^/']+)'/.exec(session.request?.sql ?? '')?.[1] as string;
          await rm(join(staged.staging, name));
        },
        { at: 'after' },
      ),
    );
    expect(error.code).toBe('staging-unusable');
  });

  const OTHERS: [title: string, statement: string, found: RegExp][] = [
    ['of another database', '[other] .. FORMAT, COPY_ONLY, CHECKSUM', /it is of database other$/],
    ['without checksums', '[shop] .. FORMAT, COPY_ONLY, NO_CHECKSUM', /it has no checksums$/],
    ['not copy-only', '[shop] .. FORMAT, CHECKSUM', /it is not copy-only$/],
    ['with two sets', '[shop] .. NOINIT, COPY_ONLY, CHECKSUM', /it holds 2 backups, not one$/],
  ];
  test.each(OTHERS)('[BS-26] a file that turns out to be a backup %s', async (_title, other, found) => {
    const error = await failedBackup(staged, () =>
      staged.server.callNext(/^RESTORE HEADERONLY .*-1\.bak/, async ({ session }) => {
        const path = /N'[^']+'/.exec(session.request?.sql ?? '')?.[0];
        await staged.server.sql(`BACKUP DATABASE ${other.replace('..', `TO DISK = ${path} WITH`)}`);
      }),
    );
    expect(error).toMatchObject({ code: 'database-failed', message: expect.stringMatching(found) });
  });
});
