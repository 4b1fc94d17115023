import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '#platform/private-folder.ts';
import type { StagedPlace } from '#sources/restore-target.ts';
import type { Migration } from './migration.ts';
import type { RestoreParts } from './restore-parts.ts';

/**
 * Runs the migration on the staged state; nothing live is touched. Where each component lies, and how servers are
 * reached, stands in files of a private folder that is removed in every path; one that a kill left is removed by the
 * system's next restore. docs/operations.md is the contract of variables and files.
 */
export async function migrateStaged(
  parts: RestoreParts,
  migration: Migration,
  signal: AbortSignal,
): Promise<void> {
  parts.onProgress({ stage: 'migrating', done: 0 });
  const folder = migrationFolder(parts);
  try {
    await privateFolder(folder);
    const staged: StagedPlace[] = [];
    for (const { target } of parts.targets) {
      staged.push(...((await target.stagedPlaces?.(folder, signal)) ?? []));
    }
    const list = join(folder, 'staged.json');
    const { from, to, changes } = migration;
    const components = staged.map((place) => ({ ...place, mayChange: changes.has(place.component) }));
    await writeFile(list, JSON.stringify({ from, to, components }, undefined, 2), { mode: 0o600 });
    await migration.run({ ...variablesOf(migration, staged), LIFEBOAT_STAGED: list }, signal);
  } finally {
    await removeMigrationFolder(parts);
  }
}

/** It may hold passwords: a restore that was killed must not leave them for long. */
export async function removeMigrationFolder(parts: RestoreParts): Promise<void> {
  await rm(migrationFolder(parts), { recursive: true, force: true });
}

/** Of one system, whose lock is held. */
function migrationFolder({ stateFolder, archive }: RestoreParts): string {
  return join(stateFolder, 'migrate', archive.manifest.system.id);
}

/** Two components whose names lead to one variable have none: the list has both. */
function variablesOf({ from, to }: Migration, staged: readonly StagedPlace[]): Record<string, string> {
  const all = staged.flatMap(({ component, place, connection }): [string, string][] => [
    [`LIFEBOAT_STAGED_${nameOf(component)}`, place],
    ...(connection === undefined
      ? []
      : [[`LIFEBOAT_CONNECTION_${nameOf(serverOf(component))}`, connection] as [string, string]]),
  ]);
  const byName = Map.groupBy(all, ([name]) => name);
  const unique = [...byName].flatMap(([name, values]): [string, string][] => {
    const [value, other] = new Set(values.map(([, text]) => text));
    return value === undefined || other !== undefined ? [] : [[name, value]];
  });
  return { LIFEBOAT_FROM_VERSION: from, LIFEBOAT_TO_VERSION: to, ...Object.fromEntries(unique) };
}

function nameOf(component: string): string {
  return component.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

function serverOf(component: string): string {
  return component.split('/').slice(0, 2).join('/');
}
