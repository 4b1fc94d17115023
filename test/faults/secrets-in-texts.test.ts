import { readFile, writeFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { openJournal } from '#journal/journal.ts';
import { lastRun } from '#journal/last-run.ts';
import { recordRun } from '#journal/record-run.ts';
import { LifeboatError } from '#platform/errors.ts';
import { readSecret } from '#platform/read-secret.ts';
import { endRun } from '#terminal/end-run.ts';
import { NEVER } from '../fakes/backup-parts.ts';
import { settableClock } from '../fakes/settable-clock.ts';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

/**
 * Failure story 16. A driver's error may carry what it was given, password included; it is kept as the cause
 * for a debugger, and nothing that is printed, journaled or stored may show it.
 */
test.each(["o'neil $HOME", 'a"b  c', 'plain-secret'])(
  'the cause of an error is shown nowhere: %s',
  async (password) => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('password'), `${password}\n`, { mode: 0o600 });
    const clock = settableClock();
    const journal = openJournal(folder.path, clock);
    let thrown = 0;
    const outcome = await recordRun('backup', { clock, journal, signal: NEVER }, async () => {
      const secret = await readSecret({ from: 'file', file: folder.file('password') });
      const cause = Object.assign(new Error(`access denied using ${secret}`), { password: secret });
      thrown += 1;
      throw new LifeboatError('database-login-refused', 'the server refused the user root', {
        hint: `check ${folder.file('password')}`,
        cause,
      });
    });
    expect(thrown).toBe(1);
    await lastRun(folder.path, 'one').save(outcome);

    let printed = '';
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        printed += chunk;
        done();
      },
    });
    endRun(outcome, { stdout, json: false, quiet: false });
    endRun(outcome, { stdout, json: true, quiet: false });
    const texts = [
      printed,
      await readFile(journal.path, 'utf8'),
      await readFile(folder.file('runs/one.json'), 'utf8'),
    ];
    for (const text of texts) {
      expect(text).toContain('the server refused the user root');
      expect(text).not.toContain(password);
      expect(text).not.toContain(JSON.stringify(password).slice(1, -1));
    }
  },
);
