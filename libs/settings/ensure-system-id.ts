import { randomUUID } from 'node:crypto';
import { link, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { confWriteError } from './conf-write-error.ts';
import { readSettings } from './read-settings.ts';
import { saveSettings } from './save-settings.ts';

/**
 * The system's id. At first use it is made and written into `[system]` of the conf; from then on it is the
 * one that stands there. The system's lock is named after the id and cannot guard this step, so programs
 * that come here at the same time agree through a claim beside the conf, made whole by a hard link: all
 * of them return the same id, also when one of them is killed half-way. Errors as saveSettings.
 */
export async function ensureSystemId(file: string, signal?: AbortSignal): Promise<string> {
  const path = resolve(file);
  for (;;) {
    const { id } = (await readSettings(path, signal)).system;
    if (id !== undefined) return id;
    const agreed = await agreeOnId(path, signal);
    if (agreed !== undefined) return agreed;
  }
}

/** Undefined if the claim of another program went away meanwhile: its id stands in the conf by now. */
async function agreeOnId(path: string, signal?: AbortSignal): Promise<string | undefined> {
  const claim = `${path}.id-claim`;
  const claimed = await claimId(claim).catch(async (cause: unknown) => {
    throw await confWriteError(path, cause);
  });
  if (claimed === undefined) return undefined;
  // Another program may have finished between our first look and our claim.
  const settled = (await readSettings(path, signal)).system.id;
  if (settled === undefined) {
    await saveSettings(path, [{ section: 'system', key: 'id', value: claimed }], signal);
  }
  await rm(claim, { force: true });
  return settled ?? claimed;
}

/** The id of the claim, ours or that of whoever was first; undefined if it vanished meanwhile. */
async function claimId(claim: string): Promise<string | undefined> {
  const id = randomUUID();
  const own = `${claim}-${id}`;
  await writeFileAtomic(own, id);
  try {
    await link(own, claim);
    return id;
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    return await readIfThere(claim);
  } finally {
    await rm(own, { force: true });
  }
}
