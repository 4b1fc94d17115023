import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { quoteName, quoteQualified } from '../quote-name.ts';
import { goBackStatements } from './go-back-statements.ts';
import { allMoved, noneMoved, type SwitchedDatabase, type SwitchState } from './switch-state.ts';

/** What a switch-over leaves on disk, made before it changes anything. */
export interface StateFiles {
  /** The state as JSON. */
  state: string;
  /** Scripts for the `mariadb` client: to go back from before, and from after the RENAME. */
  beforeRename: string;
  afterRename: string;
}

export function stateFiles(stateFolder: string, run: string): StateFiles {
  const base = join(stateFolder, 'restores', `mariadb-${run}`);
  return {
    state: `${base}.json`,
    beforeRename: `${base}-go-back-before-rename.sql`,
    afterRename: `${base}-go-back-after-rename.sql`,
  };
}

/** Writes all three, private and durable. They hold password hashes if accounts are replaced. */
export async function writeStateFiles(
  files: StateFiles,
  stateFolder: string,
  state: SwitchState,
): Promise<void> {
  await privateFolder(join(stateFolder, 'restores'));
  await writeFileAtomic(files.state, `${JSON.stringify(state, undefined, 1)}\n`);
  await writeFileAtomic(files.beforeRename, script(state, noneMoved, asidesBack(state)));
  await writeFileAtomic(files.afterRename, script(state, allMoved, []));
}

export async function removeStateFiles(files: StateFiles): Promise<void> {
  for (const path of Object.values(files)) await rm(path, { force: true });
}

const DELIMITER = '$lifeboat$';

/** Before the RENAME nobody knows whether invalid views have their other name already. */
function asidesBack(state: SwitchState): string[] {
  return state.databases.flatMap(({ database, asides }) =>
    asides.map(
      ({ view, aside }) =>
        `RENAME TABLE IF EXISTS ${quoteQualified(database, aside)} TO ${quoteQualified(database, view)}`,
    ),
  );
}

function script(state: SwitchState, look: typeof allMoved, last: string[]): string {
  const statements = [...goBackStatements(state, look), ...last];
  const created = state.databases.filter(({ live }) => live === undefined).map(({ database }) => database);
  return [
    `-- Brings back what stood on ${oneLine(state.place)} before restore ${state.run}.`,
    '-- Run it as root with the mariadb client; it may be run again.',
    ...created.map((name) => `-- Then drop database ${oneLine(name)}: it was not there before.`),
    'SET NAMES utf8mb4;',
    "SET SESSION foreign_key_checks = 0, check_constraint_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';",
    `DELIMITER ${DELIMITER}`,
    ...statements.map((statement) => `${statement}\n${DELIMITER}`),
    'DELIMITER ;',
    '',
  ].join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ');
}

/** Commands by which a person looks which script is the right one, and runs it. */
export function goBackCommands(files: StateFiles, databases: readonly SwitchedDatabase[]): string[] {
  const drops = databases.filter(({ live }) => live === undefined).map(({ database }) => database);
  return [
    `mariadb < ${shellQuoted(files.afterRename)}`,
    ...drops.map((name) => `mariadb -e ${shellQuoted(`DROP DATABASE ${quoteName(name)}`)}`),
  ];
}

export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
