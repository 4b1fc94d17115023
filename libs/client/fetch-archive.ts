import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileAccess } from '#archive/file-access.ts';
import type { Manifest } from '#archive/manifest.ts';
import { openArchive } from '#archive/open-archive.ts';
import { verifyArchive } from '#archive/verify-archive.ts';
import { digestInWorker } from '#platform/digest-in-worker.ts';
import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { privateFolder } from '#platform/private-folder.ts';
import type { OnProgress } from '#platform/progress.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import type { Server } from './open-server.ts';
import type { RemoteArchive } from './remote-archive.ts';
import { untilStalled } from './until-stalled.ts';

/**
 * Fetches one archive into a folder, or goes on where an earlier try stopped. It gets its name only after every
 * byte was compared with the hash that the service told, and every hash inside it; until then it lies under
 * `.lifeboat`, called by its content, so that a part is never continued with another archive's (BT-08). What has
 * the name already is replaced at that moment. Resolves with what the archive says about itself. Throws `archive-damaged`, `server-unreachable`, and the rest of
 * what Server throws; what was fetched stays for the next try.
 */
export async function fetchArchive(
  server: Server,
  archive: RemoteArchive & { sha256: string },
  folder: string,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<Manifest> {
  const parts = await privateFolder(join(folder, '.lifeboat', 'pull'));
  const path = join(parts, `${archive.sha256}.part`);
  await fetchRest(server, archive, path, { onProgress, signal });
  const manifest = await prove(archive, path, signal);
  await rename(path, join(folder, archive.file));
  await syncFolder(folder);
  return manifest;
}

async function fetchRest(
  server: Server,
  archive: RemoteArchive & { sha256: string },
  path: string,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  await using file = await open(path, 'a+', 0o600);
  const { size } = await file.stat();
  let done = size > archive.bytes ? 0 : size;
  if (done !== size) await file.truncate(0);
  if (done === archive.bytes) return;
  const stalled = untilStalled(signal);
  using _watch = stalled;
  const answer = await server.send(`api/archives/${encodeURIComponent(archive.file)}/file`, {
    headers: { range: `bytes=${done}-`, 'if-range': `"${archive.sha256}"` },
    signal: stalled.signal,
  });
  refuseOther(answer, archive);
  if (answer.status === 200) {
    await file.truncate(0);
    done = 0;
  }
  await append(answer, file, {
    signal,
    left: archive.bytes - done,
    onBytes(bytes) {
      stalled.alive();
      done += bytes;
      onProgress({ stage: 'fetching', item: archive.file, done, total: archive.bytes });
    },
  });
  await file.sync();
}

/** A calendar name may have been given to a newer archive meanwhile. */
function refuseOther(answer: Response, { file, sha256 }: { file: string; sha256: string }): void {
  if (answer.headers.get('etag') === `"${sha256}"`) return;
  throw new LifeboatError('archive-missing', `${file} is another archive on the server by now`, {
    hint: 'it is fetched at the next try',
  });
}

/** Ends with the piece that is more than what is `left`: it is not what was told, and might have no end. */
async function append(
  answer: Response,
  file: FileHandle,
  { signal, left, onBytes }: { signal: AbortSignal; left: number; onBytes: (bytes: number) => void },
): Promise<void> {
  let missing = left;
  try {
    for await (const chunk of answer.body ?? []) {
      await file.appendFile(chunk);
      onBytes(chunk.length);
      missing -= chunk.length;
      if (missing < 0) break;
    }
  } catch (cause) {
    signal.throwIfAborted();
    const reason = messageOf(cause);
    throw new LifeboatError('server-unreachable', `the transfer broke off: ${reason}`, {
      hint: 'what was fetched is kept, and the next try goes on from there',
      cause,
    });
  }
}

/** Bytes that are not what was told are of no use to a later try. */
async function prove(
  archive: RemoteArchive & { sha256: string },
  path: string,
  signal: AbortSignal,
): Promise<Manifest> {
  const found = await digestInWorker(path, signal);
  if (found === archive.sha256) {
    await using opened = await openArchive(await fileAccess(path), signal);
    const { good } = await verifyArchive(opened, { signal });
    if (good) return opened.manifest;
  }
  await rm(path);
  throw new LifeboatError('archive-damaged', `${archive.file} did not arrive as the server has it`, {
    hint: 'nothing of it was kept; it is fetched anew at the next try; verify it on the server',
  });
}
