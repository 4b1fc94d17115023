import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { archiveKey } from '#catalog/archive-key.ts';
import { groupFiles } from '#catalog/group-files.ts';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { fitText } from '#terminal/fit-text.ts';
import { localTime } from '../local-time.ts';
import { openLocalArchive } from '../open-local-archive.ts';
import type { Choice, Prompts } from './prompts.ts';

/** BS-17: one of the archives found, newest first, or any file by its path. The file can be opened. */
export async function askArchive(prompts: Prompts, context: CommandContext): Promise<string> {
  let folders = await backupFolders(prompts, context);
  for (;;) {
    const chosen = await askWhich(prompts, context, folders);
    const path = chosen ?? (await askPath(prompts, context));
    if (!(await isFolder(path))) return path;
    folders = [path];
  }
}

/**
 * The backup path and the second one (TN-12). A conf that cannot be read is no reason to stop: the archive may be
 * anywhere (BS-16).
 */
async function backupFolders(prompts: Prompts, { conf, signal }: CommandContext): Promise<string[]> {
  try {
    const { path, second } = (await readSettings(conf, signal)).backup;
    return second === undefined ? [path] : [path, second.path];
  } catch (error) {
    if (!(error instanceof LifeboatError) || signal.aborted) throw error;
    // A conf may have a hundred mistakes; what counts here is the archive.
    prompts.tell(`${error.message.split('\n', 1)[0]}; the archive can be named by its path`);
    return [];
  }
}

/** Undefined: none of these. A copy is offered where the archive itself is not. */
async function askWhich(
  prompts: Prompts,
  context: CommandContext,
  folders: readonly string[],
): Promise<string | undefined> {
  const offered = new Set<string>();
  const choices: Choice<string | undefined>[] = [];
  for (const folder of folders) {
    const entries = (await findArchives(prompts, context, folder)).filter(
      ({ summary }) => summary === undefined || !offered.has(archiveKey(summary)),
    );
    const where = folder === folders[0] ? undefined : folder;
    for (const files of groupFiles(entries)) {
      choices.push(describe(files, { folder, where }, prompts.width, context.clock.zone()));
    }
    for (const { summary } of entries) if (summary !== undefined) offered.add(archiveKey(summary));
  }
  if (choices.length === 0) return undefined;
  const byPath = { name: 'another one, by its path', value: undefined };
  return await prompts.choose<string | undefined>('Which archive?', [...choices, byPath]);
}

/** Newest first; those that cannot be read come last, since nothing is known of their time. */
async function findArchives(
  prompts: Prompts,
  { signal }: CommandContext,
  folder: string,
): Promise<CatalogEntry[]> {
  try {
    const entries = (await listArchives(folderDestination(folder), signal)).toReversed();
    if (entries.length === 0) prompts.tell(`there are no archives in ${folder}`);
    const readable = (entry: CatalogEntry): boolean => entry.summary !== undefined;
    return [...entries.filter(readable), ...entries.filter((entry) => !readable(entry))];
  } catch (error) {
    const known = error instanceof LifeboatError || systemErrorCode(error) !== undefined;
    if (!known || signal.aborted) throw error;
    prompts.tell(`archives cannot be listed: ${(error as Error).message}`);
    return [];
  }
}

/** One row for each archive, under whatever names it lies. */
function describe(
  [first, ...others]: CatalogEntry[],
  { folder, where }: { folder: string; where: string | undefined },
  width: number,
  zone: string,
): Choice<string> {
  const { summary, file, unreadable } = first as CatalogEntry;
  const value = join(folder, file.name);
  if (summary === undefined) {
    const why = `cannot be read: ${unreadable?.replaceAll(value, 'it')}`;
    const name = fitText(file.name, Math.max(20, width - why.length - 3), 'middle');
    return { name, value, disabled: `(${why})` };
  }
  const row = [
    localTime(summary.takenAt, zone, 'minute'),
    summary.state.padEnd('incomplete'.length),
    prettyBytes(file.bytes).padStart(8),
    `number ${summary.number}`,
    `${summary.systemName} ${summary.systemVersion}`,
  ].join('  ');
  const about = [
    [file, ...others.map((other) => other.file)].map(({ name }) => name).join(' and '),
    ...(where === undefined ? [] : [`a copy in ${where}`]),
    ...(summary.pinned ? [`kept for an update${summary.note === undefined ? '' : `: ${summary.note}`}`] : []),
    ...summary.reasons.map((reason) => `incomplete: ${reason}`),
  ].join('; ');
  return { name: fitText(row, width), value, short: file.name, about };
}

async function askPath(prompts: Prompts, { signal }: CommandContext): Promise<string> {
  const typed = await prompts.text('Path of the archive, or of a folder with archives:', (text) =>
    whatIsWrong(text.trim(), signal),
  );
  return resolve(typed);
}

async function whatIsWrong(path: string, signal: AbortSignal): Promise<true | string> {
  if (path === '') return 'type the path of a file or folder; Ctrl+C leaves';
  try {
    if (await isFolder(path)) return true;
    await using _archive = await openLocalArchive(resolve(path), signal);
    return true;
  } catch (error) {
    if (!(error instanceof LifeboatError) && systemErrorCode(error) === undefined) throw error;
    return (error as Error).message;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
