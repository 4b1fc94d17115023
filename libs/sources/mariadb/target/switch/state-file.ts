import { hash } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { removeFileAtomic } from '#platform/remove-file-atomic.ts';
import { shellQuoted } from '#platform/shell-quoted.ts';
import { readKnownFile } from '../../../read-known-file.ts';
import { quoteName, quoteQualified } from '../../quote-name.ts';
import { SESSION_MODE } from '../session-mode.ts';
import { asideName } from './aside-name.ts';
import { goBackStatements } from './go-back-statements.ts';
import { invalidViews } from './invalid-views.ts';
import { allMoved, noneMoved } from './situation.ts';
import type { SwitchedDatabase, SwitchState } from './switch-state.ts';

/** What a switch-over leaves on disk, made before it changes anything. */
export interface StateFiles {
  /** Statements that make accounts as they were: they hold password hashes, so stand in no record. */
  accounts: string;
  /** Scripts for the `mariadb` client: to go back from before, and from after the RENAME. */
  beforeRename: string;
  afterRename: string;
}

/** `name`: SwitchState.files. */
export function stateFiles(stateFolder: string, name: string): StateFiles {
  const base = join(stateFolder, 'restores', `mariadb-${name}`);
  return {
    accounts: `${base}-accounts.json`,
    beforeRename: `${base}-go-back-before-rename.sql`,
    afterRename: `${base}-go-back-after-rename.sql`,
  };
}

/** Writes all of them, private and durable. */
export async function writeStateFiles(stateFolder: string, state: SwitchState): Promise<void> {
  await privateFolder(join(stateFolder, 'restores'));
  const files = stateFiles(stateFolder, state.files);
  await writeFileAtomic(files.accounts, accountsText(state));
  await writeFileAtomic(files.beforeRename, script(state, noneMoved, asidesBack(state)));
  await writeFileAtomic(files.afterRename, script(state, allMoved, []));
}

export async function removeStateFiles(files: StateFiles): Promise<void> {
  for (const path of Object.values(files)) await removeFileAtomic(path);
}

/** What tells a record's own file of accounts from any other. */
export function accountsHash(state: Pick<SwitchState, 'replacedAccounts'>): string {
  return hash('sha256', accountsText(state));
}

const accountsSchema = z.array(
  z.strictObject({ name: z.string(), isRole: z.boolean(), statements: z.array(z.string()) }),
);

/** Throws `state-unusable` if the file is gone or not the one that the record tells of. */
export async function readAccountsFile(
  path: string,
  sha256: string,
): Promise<SwitchState['replacedAccounts']> {
  const text = await readKnownFile(path, sha256, 'the accounts as they were');
  return accountsSchema.parse(JSON.parse(text));
}

function accountsText({ replacedAccounts }: Pick<SwitchState, 'replacedAccounts'>): string {
  return `${JSON.stringify(replacedAccounts, undefined, 1)}\n`;
}

const DELIMITER = '$lifeboat$';

/** Before the RENAME nobody knows whether invalid views have their other name already. */
function asidesBack(state: SwitchState): string[] {
  return state.databases.flatMap((o) =>
    invalidViews(o).map((view) => {
      const aside = quoteQualified(o.database, asideName(o.old, view));
      return `RENAME TABLE IF EXISTS ${aside} TO ${quoteQualified(o.database, view)}`;
    }),
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
    `SET SESSION foreign_key_checks = 0, check_constraint_checks = 0, sql_mode = '${SESSION_MODE}';`,
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
