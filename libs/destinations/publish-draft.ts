import { createReadStream, type Stats } from 'node:fs';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type { FinalName, PublishOptions } from './destination.ts';
import { renameToNew } from './rename-to-new.ts';

export interface PublishedDraft {
  path: string;
  /** The folder of the archives; drafts lie on the same file system. */
  folder: string;
  names: readonly FinalName[];
  /** Forgets the notes of the names, durably: they are about the files that go. */
  forgetNotes(names: readonly string[]): Promise<void>;
}

/** Beside the draft, so that a sweep after a crash takes it along. */
const TWIN_ENDING = '.twin.part';
const COPY_CHUNK = 2 ** 20;

/**
 * Gives a draft its final names. Everything that can fail for long is done before the first name changes: who
 * has the names is looked at, and the file is there once for each name, as a second name of it or as a proven
 * copy. Then each name changes in one step of the file system.
 */
export async function publishDraft(
  { path, folder, names, forgetNotes }: PublishedDraft,
  { prove, signal }: PublishOptions,
): Promise<void> {
  for (const name of names) await refuseIfTaken(folder, name);
  const twins = names.slice(1).map(({ name }) => join(dirname(path), name + TWIN_ENDING));
  try {
    for (const twin of twins) {
      if (!(await sharesBytes(path, twin))) {
        await copy(path, twin, signal);
        await prove(twin);
      }
    }
    signal.throwIfAborted();
    await forgetNotes(names.map(({ name }) => name));
    for (const [at, name] of names.entries()) await giveName([path, ...twins][at] as string, folder, name);
    await syncFolder(folder);
  } finally {
    for (const twin of twins) await rm(twin, { force: true });
  }
}

/** What is no plain file (a folder, a link to another disk) was put there by somebody for a reason. */
async function refuseIfTaken(folder: string, { name, replace }: FinalName): Promise<void> {
  const final = join(folder, name);
  const there = await factsIfThere(final);
  if (there === undefined || (replace && there.isFile())) return;
  if (!replace) throw existsAlready(final);
  throw new LifeboatError('write-failed', `${final} is no plain file, so it is not replaced`, {
    hint: 'move it away, or choose another prefix for the calendar names',
  });
}

/** False where the file system has no second names for a file; a real fault shows in the copying. */
async function sharesBytes(path: string, twin: string): Promise<boolean> {
  try {
    await link(path, twin);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

async function copy(path: string, twin: string, signal: AbortSignal): Promise<void> {
  await using file = await open(twin, 'wx', 0o600);
  for await (const chunk of createReadStream(path, { highWaterMark: COPY_CHUNK })) {
    signal.throwIfAborted();
    await file.writeFile(chunk);
  }
  await file.sync();
}

async function giveName(from: string, folder: string, { name, replace }: FinalName): Promise<void> {
  const final = join(folder, name);
  if (replace) await rename(from, final);
  else await renameToNew(from, final);
}

function existsAlready(final: string): LifeboatError {
  return new LifeboatError('write-failed', `${final} exists already and is never overwritten`);
}

async function factsIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
