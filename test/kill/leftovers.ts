import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listRestoreLogs } from '#restore/log/list-restore-logs.ts';
import type { KillSystem } from './kill-system.ts';

/**
 * What is in the state folder without any restore; logs of restores that have ended; the run of a program that was
 * killed, which the next run tells; what is noted of restored settings.
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
  const paths = await readdir(root, { recursive: true });
  const beside = paths.flatMap((path) => /^(?:.*?\/)?\.lifeboat-[^/]*/.exec(path) ?? []);
  const inState = (await readdir(state, { recursive: true })).filter((path) => !EXPECTED.test(path));
  const elsewhere = [...(await readdir(units)), ...(await readdir(temporary))];
  return [
    ...databases.map((row) => `database ${Object.values(row)[0]}`),
    ...views.map(({ name }) => `view ${name}`),
    ...[...new Set(beside)].map((path) => `beside the live: ${path}`),
    ...inState.map((path) => `in the state folder: ${path}`),
    ...elsewhere.map((path) => `left behind: ${path}`),
    ...(existsSync(stopped) ? ['the system is stopped'] : []),
    ...(await unconfirmed(state)),
  ].sort();
}

/** Backup settings that wait for a person. Of a restore that was killed before it had a log nobody knows. */
async function unconfirmed(state: string): Promise<string[]> {
  const folder = join(state, 'restored-settings');
  const { logs } = await listRestoreLogs(state);
  const waiting: string[] = [];
  for (const name of existsSync(folder) ? await readdir(folder) : []) {
    const { earlier, ...newest } = JSON.parse(await readFile(join(folder, name), 'utf8'));
    for (const { run, isBack } of [newest, ...earlier]) {
      if (!isBack && logs.some((log) => log.run === run)) waiting.push('backup settings wait for a person');
    }
  }
  return waiting;
}
