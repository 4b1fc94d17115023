import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type InPlaceSite, inPlaceSite } from './in-place-site.ts';
import { type Killed, type KillOptions, killedAt } from './killed-at.ts';
import { type SavedSet, saveSet } from './restore-sets.ts';
import { changeSmallSystem, makeSmallSystem, SET } from './small-system.ts';
import { startMssql, type TestMssql } from './start-mssql.ts';

/** In the archive, and not on the server any more. */
const GONE = 'gone';

let server: TestMssql;
let opened: AsyncDisposableStack;
let site: InPlaceSite;
let old: ReturnType<typeof state>;
let archived: string[];
/** Where the files of the live ones lie; the server's own folder is another by now. */
let home: string;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  server = opened.use(await startMssql());
  home = server.state.dataPath;
  await makeSmallSystem(server, { bytes: 0 });
  await server.sql(`CREATE DATABASE [${GONE}]`);
  const archive: SavedSet = opened.use(await saveSet(server, [...SET, GONE]));
  archived = [...SET, GONE].map((name) => server.contentOf(name));
  await changeSmallSystem(server);
  await server.sql([`DROP DATABASE [${GONE}]`, 'ALTER DATABASE [AC] SET RESTRICTED_USER']);
  for (const name of SET) await server.sql('DROP USER [app]', name);
  await server.sql(['DROP LOGIN [app]', "DROP LOGIN [boss's]"]);
  const safety = opened.use(await saveSet(server, SET));
  server.state.dataPath = join(server.folder, 'elsewhere/');
  await mkdir(server.state.dataPath);
  site = inPlaceSite(server, archive, safety);
  old = state();
});

afterEach(async () => {
  expect(server.defects).toEqual([]);
  expect(await readdir(join(server.folder, 'backup')), 'nothing stays in the staging folder').toEqual([]);
  await opened.disposeAsync();
});

/** All of the server but the names of files. */
function state() {
  const { databases, logins } = server.snapshot();
  return {
    logins,
    databases: Object.fromEntries(
      Object.entries(databases).map(([name, { files, ...rest }]) => [
        name,
        { ...rest, home: files.every((file) => file.startsWith(home)) },
      ]),
    ),
  };
}

async function exchangeKilledAt(at: KillOptions): Promise<Killed> {
  let alive = true;
  return await killedAt(server, { ...at, forGood: true }, () =>
    site.exchange(() => {
      alive &&= server.state.loginRefusals.length === 0;
      return alive;
    }),
  );
}

// Before every second statement and after it: each point between two is met once.
test.each(['before', 'after'] as const)(
  '[BS-16] killed %s the server did any statement of a restore in place: recover brings the exact old state back',
  async (when) => {
    for (let number = 0; ; number += 2) {
      const { sql } = await exchangeKilledAt({ number, when });
      if (sql === undefined) {
        expect(number).toBeGreaterThan(60);
        break;
      }
      expect(await site.recover(), `${number} ${sql}`).toEqual([]);
      expect(state(), `${number} ${sql}`).toEqual(old);
    }
    expect([...SET, GONE].map((name) => server.contentOf(name))).toEqual(archived);
    expect(Object.keys(state().databases).filter((name) => name.startsWith('lb_'))).toEqual([]);
    expect(server.snapshot().logins).toHaveProperty('app');
  },
  300_000,
);

test('[BS-16] a recovery that is killed too is repeated, and the exact old state is back', async () => {
  const statement = /MODIFY NAME = \[gone\]/;
  for (let number = 0; ; number += 5) {
    expect((await exchangeKilledAt({ number: 0, when: 'after', statement })).sql).toMatch(statement);
    expect(server.snapshot().databases, 'what was restored is live').toHaveProperty(GONE);
    const killed = { number, when: 'before', forGood: true } as const;
    const { sql } = await killedAt(server, killed, () => site.recover());
    if (sql !== undefined) expect(await site.recover(), `${number} ${sql}`).toEqual([]);
    expect(state(), `${number} ${sql}`).toEqual(old);
    if (sql !== undefined) continue;
    expect(number).toBeGreaterThan(60);
    break;
  }
}, 300_000);
