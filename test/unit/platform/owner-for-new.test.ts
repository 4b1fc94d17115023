import { appendFileSync, chownSync, globSync, statSync } from 'node:fs';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendLines } from '#journal/append-lines.ts';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { takeLock } from '#platform/lock.ts';
import { asAccount } from '../../fakes/as-account.ts';
import { settableClock } from '../../fakes/settable-clock.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const ACCOUNT = { uid: 61_234, gid: 61_235 };

test.runIf(process.geteuid?.() === 0)(
  "what root makes in another user's state folder is that user's, who goes on with it",
  async () => {
    await using folder = await temporaryFolder();
    const state = folder.file('state');
    await mkdir(state);
    await chmod(folder.path, 0o755);
    chownSync(state, ACCOUNT.uid, ACCOUNT.gid);
    const place = { stateFolder: state, systemId: 'one', purpose: 'a restore', clock: settableClock() };
    {
      await using _lock = await takeLock(place);
      await appendLines(join(state, 'journal.txt'), ['a line of root']);
      await writeFileAtomic(join(state, 'last.json'), '{}');
    }
    const made = globSync('**', { cwd: state }).map((name) => join(state, name));
    expect(made.length).toBeGreaterThan(5);
    for (const path of made) expect(statSync(path), path).toMatchObject(ACCOUNT);

    await asAccount(ACCOUNT, async () => {
      await using _lock = await takeLock(place);
      await appendLines(join(state, 'journal.txt'), ['a line of its owner']);
    });
    expect(await readFile(join(state, 'journal.txt'), 'utf8')).toBe('a line of root\na line of its owner\n');
  },
);

test.runIf(process.geteuid?.() === 0)('what is there already keeps its owner', async () => {
  await using folder = await temporaryFolder();
  chownSync(folder.path, ACCOUNT.uid, ACCOUNT.gid);
  appendFileSync(folder.file('journal.txt'), "root's own\n");
  await appendLines(folder.file('journal.txt'), ['a line']);
  expect(statSync(folder.file('journal.txt')).uid).toBe(0);
});
