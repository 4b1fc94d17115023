import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { BackupRequest } from '#backup/backup-parts.ts';
import { fetchArchive } from '#client/fetch-archive.ts';
import { openServer, type Server } from '#client/open-server.ts';
import { type RemoteArchive, remoteArchive } from '#client/remote-archive.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { copyPrivately } from '#platform/copy-privately.ts';
import { digestInWorker } from '#platform/digest-in-worker.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { OnProgress } from '#platform/progress.ts';
import { readSecret } from '#platform/read-secret.ts';
import { syncFolder } from '#platform/sync-folder.ts';
import { writeFailure } from '#sources/write-failure.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { endRun } from '#terminal/end-run.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { readRunEvents } from '../service/read-run-events.ts';

export interface ServerBackupOptions {
  server: string;
  tokenFile: string;
  copyTo: string;
}

/**
 * BT-06, `lifeboat backup --server`: the service of another machine makes a backup, its archive is fetched here and
 * checked, and a person is asked where else to keep a copy; No leaves all as it is.
 */
export async function backupOnServer(
  context: CommandContext,
  request: BackupRequest,
  options: ServerBackupOptions,
): Promise<number> {
  const words = { called: 'folder for the copy', key: 'path', option: '--copy-to' };
  await folderDestination(options.copyTo, words).check(0, context.signal);
  const server = openServer(options.server, await readSecret({ from: 'file', file: options.tokenFile }));
  const display = showProgress(context);
  const outcome = await backUp(server, request, display.onProgress, context.signal);
  if (outcome.archive === undefined) {
    display.clear();
    return endRun(outcome, context);
  }
  const archive = await find(server, outcome.archive, context.signal);
  await fetchArchive(server, archive, options.copyTo, { ...context, onProgress: display.onProgress });
  display.clear();
  const status = endRun(outcome, context);
  if (!context.json)
    context.stdout.write(`copied to ${join(options.copyTo, archive.file)}, every hash is right\n`);
  if (context.stdin.isTTY && context.stdout.isTTY) await keepElsewhere(archive, options.copyTo, context);
  return status;
}

async function backUp(server: Server, request: BackupRequest, onProgress: OnProgress, signal: AbortSignal) {
  const answer = await server.send('api/backup', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(request),
    signal,
  });
  return await readRunEvents(textOf(answer), { onProgress });
}

async function* textOf(answer: Response): AsyncGenerator<string> {
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) yield chunk;
}

async function find(
  server: Server,
  name: string,
  signal: AbortSignal,
): Promise<RemoteArchive & { sha256: string }> {
  const all = await server.ask('api/archives', z.array(z.unknown()), signal);
  const found = all.map((entry) => remoteArchive.safeParse(entry).data).find((entry) => entry?.file === name);
  if (found?.sha256 !== undefined) return { ...found, sha256: found.sha256 };
  throw new LifeboatError('archive-missing', `${name} is not in the list of the server by now`, {
    hint: 'fetch it with "lifeboat pull"',
  });
}

/** A copy is checked as well, and gets its name only then. */
async function keepElsewhere(
  { file, sha256, bytes }: RemoteArchive & { sha256: string },
  from: string,
  { stdout, signal }: CommandContext,
): Promise<void> {
  const { input } = await import('@inquirer/prompts');
  const message = 'Another folder to keep a copy in, a USB drive for example (empty: no)';
  const validate = (text: string) => text.trim() === '' || usable(text.trim(), bytes, signal);
  const folder = (await input({ message, validate }, { signal })).trim();
  if (folder === '') return;
  const draft = join(folder, `.${file}.part`);
  try {
    await rm(draft, { force: true });
    await copyPrivately(join(from, file), draft, signal);
    if ((await digestInWorker(draft, signal)) !== sha256) {
      throw new LifeboatError('write-failed', `the copy in ${folder} is not what was written`, {
        hint: 'do not rely on that medium',
      });
    }
    await rename(draft, join(folder, file));
    await syncFolder(folder);
  } catch (error) {
    await rm(draft, { force: true });
    throw writeFailure(error, draft);
  }
  stdout.write(`a further copy lies in ${folder}\n`);
}

/** True, or what is wrong with the folder: a person types another one. */
async function usable(folder: string, bytes: number, signal: AbortSignal): Promise<true | string> {
  try {
    await folderDestination(folder).check(bytes, signal);
    return true;
  } catch (error) {
    if (error instanceof LifeboatError) return error.message;
    throw error;
  }
}
