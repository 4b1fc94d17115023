import { realpath, stat } from 'node:fs/promises';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError } from '#platform/errors.ts';
import { confWriteError } from './conf-write-error.ts';
import { type ConfEdit, editConf } from './edit-conf.ts';
import { readConfText, settingsOf } from './read-settings.ts';
import type { Settings } from './settings.ts';

/**
 * Makes changes in a sysbackup.conf and returns the settings it then holds. Everything else in the file
 * stays: comments, order, line ends, mode and owner; a link is followed. A crash leaves the old file or the
 * new one. The new text is checked first: `conf-invalid` names its mistakes and nothing is written; nor is it if
 * `accept`, which may look at the world, throws.
 * `write-failed` if the file cannot be replaced. Two savers at once are kept apart by the caller's lock.
 */
export async function saveSettings(
  file: string,
  changes: readonly ConfEdit[],
  signal?: AbortSignal,
  accept?: (settings: Settings) => Promise<void>,
): Promise<Settings> {
  const before = await readConfText(file, signal);
  const after = edited(before, changes);
  const settings = settingsOf(after, file);
  await accept?.(settings);
  if (after !== before) await replaceFile(file, after, signal);
  return settings;
}

function edited(text: string, changes: readonly ConfEdit[]): string {
  try {
    return editConf(text, changes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new LifeboatError('conf-invalid', cause.message, { cause });
  }
}

async function replaceFile(file: string, text: string, signal?: AbortSignal): Promise<void> {
  try {
    const path = await realpath(file);
    const { mode, uid, gid } = await stat(path);
    await writeFileAtomic(path, text, {
      mode: mode & 0o777,
      ...(process.platform === 'win32' ? {} : { owner: { uid, gid } }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    throw await confWriteError(file, cause);
  }
}
