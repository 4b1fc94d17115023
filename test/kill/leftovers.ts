import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KillSystem } from './kill-system.ts';

/**
 * What is in the state folder without any restore; logs of restores that have ended; the run of a program that was
 * killed, which the next run tells; that restored settings wait for a person.
 */
const EXPECTED =
  /^(?:locks|logs|notify|open-runs|restored-settings|restores|runs|work)$|^(?:locks|logs|notify|open-runs|restored-settings|runs)\/|^restores\/\w+\.ndjson$/;

/** Whatever is staged, kept, or keeps the system from starting, by its name and place. Empty: nothing of it is left. */
export async function leftovers(system: KillSystem): Promise<string[]> {
  const { server, root, state, units, temporary, stopped } = system;
  const databases = await server.sql("SHOW DATABASES LIKE 'lb\\_%'");
  const views = await server.sql(
    "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name FROM information_schema.VIEWS WHERE TABLE_NAME LIKE 'lb\\_%'",
  );
  const beside = (await readdir(root, { recursive: true })).flatMap((path) => {
    const own = path.split('/').findIndex((name) => name.startsWith('.lifeboat-'));
    return own < 0
      ? []
      : [
          path
            .split('/')
            .slice(0, own + 1)
            .join('/'),
        ];
  });
  const inState = (await readdir(state, { recursive: true })).filter((path) => !EXPECTED.test(path));
  const elsewhere = [...(await readdir(units)), ...(await readdir(temporary))];
  const marker = (await readdir(join(stopped, '..'))).filter((name) => stopped.endsWith(`/${name}`));
  return [
    ...databases.map((row) => `database ${Object.values(row)[0]}`),
    ...views.map(({ name }) => `view ${name}`),
    ...[...new Set(beside)].map((path) => `beside the live: ${path}`),
    ...inState.map((path) => `in the state folder: ${path}`),
    ...elsewhere.map((path) => `left behind: ${path}`),
    ...marker.map(() => 'the system is stopped'),
  ].sort();
}
