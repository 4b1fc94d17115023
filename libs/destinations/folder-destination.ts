import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fileAccess } from '#archive/file-access.ts';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { namesIn } from '#platform/names-in.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import { unitHint } from '#platform/unit-hint.ts';
import { claimName, dropClaims } from './claim-name.ts';
import type {
  Destination,
  DestinationSpace,
  Draft,
  FinalName,
  PublishOptions,
  StoredFile,
} from './destination.ts';
import { publishDraft } from './publish-draft.ts';
import { renameToNew } from './rename-to-new.ts';

/** Drafts and summaries live in this folder of the destination: same file system, out of the reader's way. */
const OWN_FOLDER = '.lifeboat';
/** Each system's drafts lie in a folder of their own, called by the system's id and this. */
const DRAFTS_ENDING = '.drafts';
const DRAFT_ENDING = '.part';
const NOTE_ENDING = '.json';

/** How messages call a folder, and the key of [backup] that names it. */
export interface PlaceWords {
  called: string;
  key: string;
  /** What a person names the folder by, where that is no key: an option. */
  option?: string;
}

const BACKUP_PATH: PlaceWords = { called: 'backup path', key: 'path' };

/** A folder of this machine, or one mounted here. It must exist already: a path that was mistyped is not created. */
export function folderDestination(path: string, words: PlaceWords = BACKUP_PATH): Destination {
  const own = join(path, OWN_FOLDER);
  const draftsOf = (owner: string): string => join(own, owner + DRAFTS_ENDING);
  return {
    place: path,
    check: (needed, signal) => checkFolder({ path, ...words }, needed, signal),
    async claim(name, owner) {
      await makePrivate(own);
      return await claimName({ folder: path, own }, name, owner);
    },
    async draft(name, owner) {
      await makePrivate(own);
      await makePrivate(draftsOf(owner));
      return draftIn(path, own, draftsOf(owner), name);
    },
    list: async (signal) => (await findArchives(path, signal)).map(({ file }) => file),
    open: (name) => fileAccess(join(path, name)),
    async remove(name) {
      await rm(join(path, name));
      await syncFolder(path);
    },
    readNote: (name) => readIfThere(join(own, name + NOTE_ENDING)),
    async writeNote(name, text) {
      await makePrivate(own);
      await writeFileAtomic(join(own, name + NOTE_ENDING), text);
    },
    removeNote: (name) => rm(join(own, name + NOTE_ENDING), { force: true }),
    async listNotes() {
      const names = await namesIn(own);
      return names
        .filter((name) => name.endsWith(NOTE_ENDING) && !name.startsWith('.'))
        .map((name) => name.slice(0, -NOTE_ENDING.length));
    },
    pathOf: (name) => join(path, name),
    readText: (name, limit) => readText(join(path, name), limit),
    writeText: (name, text) => writeFileAtomic(join(path, name), text),
    async setAside(name, asName) {
      await renameToNew(join(path, name), join(path, asName));
      await syncFolder(path);
    },
    async sweep(owner) {
      await dropLink(draftsOf(owner));
      const left = await namesIn(draftsOf(owner));
      for (const name of left) await rm(join(draftsOf(owner), name), { recursive: true, force: true });
      await dropClaims(own, await namesIn(own), owner);
      return left;
    },
  };
}

type NamedFolder = PlaceWords & { path: string };

async function checkFolder(
  folder: NamedFolder,
  needed: number,
  signal: AbortSignal,
): Promise<DestinationSpace> {
  const { path, called, key } = folder;
  signal.throwIfAborted();
  const medium = await mediumOf(folder);
  await tryToWrite(folder);
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free < needed) {
    throw new LifeboatError(
      'space-low',
      `the ${called} ${path} has too little space: ${needed} bytes needed, ${free} bytes free`,
      {
        hint: `make room there, lower the keep count, or choose another ${called}`,
        facts: { place: path, key, needed, free },
      },
    );
  }
  const files = await findArchives(path, signal);
  // Two names for one file take its space once.
  const sizes = new Map(files.map(({ file, identity }) => [identity, file.bytes]));
  return { free, used: sizes.values().reduce((sum, bytes) => sum + bytes, 0), medium };
}

/** Throws if there is no such folder. */
function namedBy({ key, option }: Pick<NamedFolder, 'key'> & { option: string | undefined }): string {
  return option ?? `"${key}" in [backup]`;
}

async function mediumOf({ path, called, key, option }: NamedFolder): Promise<string> {
  try {
    const facts = await stat(path, { bigint: true });
    if (facts.isDirectory()) return String(facts.dev);
    throw new LifeboatError('destination-not-a-folder', `the ${called} ${path} is a file, not a folder`, {
      hint: `set ${namedBy({ key, option })} to a folder that exists`,
      facts: { place: path, key },
    });
  } catch (error) {
    const code = systemErrorCode(error);
    if (error instanceof LifeboatError) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LifeboatError('destination-missing', `the ${called} ${path} does not exist`, {
        hint: `mount or make the folder, or correct ${namedBy({ key, option })}; lifeboat does not create it`,
        facts: { place: path, key },
        cause: error,
      });
    }
    throw new LifeboatError('destination-not-writable', `cannot look at the ${called} ${path}: ${code}`, {
      facts: { place: path, key },
      cause: error,
    });
  }
}

/** Rights, read-only mounts and quotas are found by writing, not by looking at mode bits. */
async function tryToWrite({ path, called, key }: NamedFolder): Promise<void> {
  const probe = join(path, `.lifeboat-probe-${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(probe, 'wx', 0o600);
    await file.close();
    await rm(probe);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new LifeboatError('space-low', `the ${called} ${path} is full (${code})`, {
        hint: `make room there, or choose another ${called}`,
        facts: { place: path, key },
        cause,
      });
    }
    throw new LifeboatError('destination-not-writable', `cannot write to the ${called} ${path}: ${code}`, {
      hint:
        (await unitHint(path, cause)) ??
        `give the user that runs lifeboat the right to write there, or choose another ${called}`,
      facts: { place: path, key },
      cause,
    });
  }
}

/** Whoever may write to the backup path could have root empty any folder that a link leads to. */
async function dropLink(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isSymbolicLink()) await rm(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

async function makePrivate(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  }
}

function draftIn(folder: string, own: string, drafts: string, name: string): Draft {
  const path = join(drafts, name + DRAFT_ENDING);
  const publish = (names: readonly FinalName[], options: PublishOptions): Promise<void> =>
    publishDraft({ path, folder, names, forgetNotes: (of) => forgetNotes(own, of) }, options);
  return {
    path,
    publish: () => publish([{ name, replace: false }], ALONE),
    publishAs: publish,
    // Nothing is there any more once it was published.
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}

/** A single name needs no copy. */
const ALONE: PublishOptions = { prove: async () => undefined, signal: new AbortController().signal };

/** Durably, since a note that came back after a crash would be taken for one about the new file. */
async function forgetNotes(own: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(own, name + NOTE_ENDING), { force: true });
  await syncFolder(own);
}

interface FoundFile {
  file: StoredFile;
  /** Equal for all names of a file. */
  identity: string;
}

async function findArchives(path: string, signal: AbortSignal): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    signal.throwIfAborted();
    if (!entry.isFile() || !entry.name.toLowerCase().endsWith('.zip')) continue;
    const facts = await factsIfThere(join(path, entry.name));
    if (facts === undefined) continue;
    const file = {
      name: entry.name,
      bytes: Number(facts.size),
      modified: Temporal.Instant.fromEpochMilliseconds(Number(facts.mtimeMs)),
    };
    files.push({ file, identity: `${facts.dev}:${facts.ino}` });
  }
  return files;
}

/** Undefined for a file that somebody removed or renamed since the folder was read. */
async function factsIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // Somebody's archive with a name so long that its note's name is none: there is no such note.
    if (['ENOENT', 'ENAMETOOLONG'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Looked at before it is opened: a pipe would hold the reader up, a large file would fill the memory. */
async function readText(path: string, limit: number): Promise<string | undefined> {
  const facts = await factsIfThere(path);
  if (facts === undefined) return undefined;
  if (!facts.isFile()) throw new LifeboatError('read-failed', `${path} is not a plain file`);
  if (facts.size > limit) {
    throw new LifeboatError('read-failed', `${path} has ${facts.size} bytes, more than ${limit}`);
  }
  return await readFile(path, 'utf8');
}
