import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { MARK, markText } from './scratch-folder.ts';
import type { ScratchRecord } from './scratch-record.ts';

/** Makes a drill's folder, private and marked as its own. One that is there already is nobody's to use. */
export async function makeScratchFolder(record: ScratchRecord): Promise<void> {
  try {
    await mkdir(record.folder, { mode: 0o700 });
    await writeFile(join(record.folder, MARK), markText(record), { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new LifeboatError(
      'target-unsuitable',
      `cannot make the scratch folder ${record.folder}: ${systemErrorCode(cause) ?? cause}`,
      { hint: 'name an existing, writable folder with "folder" in [drill]', cause },
    );
  }
}
