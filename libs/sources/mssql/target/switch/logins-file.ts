import { hash } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { removeFileAtomic } from '#platform/remove-file-atomic.ts';
import { readKnownFile } from '../../../read-known-file.ts';
import { LOGIN_OBJECTS_SHAPE, type LoginObject } from '../../format.ts';
import type { SwitchState } from './switch-state.ts';

/** Logins as they were, password hashes included: private, and in no record. Written only if there are any. */
export async function writeLoginsFile(stateFolder: string, state: SwitchState): Promise<void> {
  if (state.removedLogins.length === 0) return;
  await privateFolder(join(stateFolder, 'restores'));
  await writeFileAtomic(loginsPath(stateFolder, state.files), loginsText(state.removedLogins));
}

export async function removeLoginsFile(stateFolder: string, files: string): Promise<void> {
  await removeFileAtomic(loginsPath(stateFolder, files));
}

/** What tells a record's own file from any other. */
export function loginsHash({ removedLogins }: Pick<SwitchState, 'removedLogins'>): string {
  return hash('sha256', loginsText(removedLogins));
}

/** Throws `state-unusable` if the file is gone or not the one that the record tells of. */
export async function readLoginsFile(
  stateFolder: string,
  { files, loginsSha256 }: { files: string; loginsSha256: string },
): Promise<LoginObject[]> {
  if (loginsHash({ removedLogins: [] }) === loginsSha256) return [];
  const path = loginsPath(stateFolder, files);
  const text = await readKnownFile(path, loginsSha256, 'the logins as they were');
  return LOGIN_OBJECTS_SHAPE.parse(JSON.parse(text)).logins;
}

function loginsPath(stateFolder: string, files: string): string {
  return join(stateFolder, 'restores', `mssql-${files}-logins.json`);
}

function loginsText(logins: readonly LoginObject[]): string {
  return `${JSON.stringify({ logins }, undefined, 1)}\n`;
}
