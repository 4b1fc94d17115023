import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { ServedSystem } from '../../apps/service/api/served-system.ts';
import { composeSystem } from '../../apps/service/compose/compose-system.ts';
import { makeBackup } from '../../apps/service/make-backup.ts';
import { openRuns } from '../../apps/service/service/open-runs.ts';

export interface SmallSystem {
  readonly root: string;
  readonly backups: string;
  readonly state: string;
  readonly conf: string;
  readonly served: ServedSystem;
}

/** A real system with one SQLite database, as a service serves it; a tenant, if it has the name of one. */
export async function smallSystem(
  folder: string,
  { tenant }: { tenant?: string } = {},
): Promise<SmallSystem> {
  const name = tenant ?? 'Service';
  const root = join(folder, name);
  const backups = join(root, 'backups');
  const state = join(folder, 'state of', name);
  const conf = join(folder, `${name}.conf`);
  await mkdir(backups, { recursive: true });
  const database = new DatabaseSync(join(root, 'app.db'));
  database.exec(
    `CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO line VALUES (1, '${name}')`,
  );
  database.close();
  await writeFile(join(folder, 'chat-url'), 'http://127.0.0.1:9/', { mode: 0o600 });
  await writeFile(
    conf,
    `[system]\nname = ${name}\nroot = "${root}"\nversion = 1\n[sqlite app]\npath = app.db\n` +
      `[backup]\npath = "${backups}"\nstate = "${state}"\n` +
      // Nobody listens there: a test of it is told as not sent, at once.
      '[webhook chat]\nurl_file = ../chat-url\n',
    { mode: 0o600 },
  );
  const clock = systemClock();
  const context = { conf, state: undefined, environment: {}, clock };
  const compose = () => composeSystem(context);
  const { id } = await compose();
  const runs = openRuns(() => clock.now());
  const notifier = { runStarted: async () => undefined, runEnded: async () => undefined };
  const served: ServedSystem = {
    id,
    ...(tenant === undefined ? {} : { tenant: { id, name, root } }),
    runs,
    compose,
    startBackup: (request) =>
      runs.begin('a backup', async (how) =>
        makeBackup(await compose(), { ...context, notifier, request, ...how }),
      ),
    startDrill() {
      throw new LifeboatError('usage', 'this test makes no drills');
    },
    settingsChanged: () => undefined,
  };
  return { root, backups, state, conf, served };
}
