import { isAbsolute, join, resolve } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import { folderDestination } from '#destinations/folder-destination.ts';
import { LifeboatError } from '#platform/errors.ts';
import { readSettings } from '#settings/read-settings.ts';
import type { CommandContext } from '../command.ts';
import type { Prompts } from './prompts.ts';

const ANOTHER = 'another';

/** BS-17: one of the archives found in the backup path, newest first, or any file by its path. */
export async function askArchive(prompts: Prompts, context: CommandContext): Promise<string> {
  const found = await findArchives(context);
  if (found.entries.length === 0) {
    context.stdout.write(`${found.why}\n`);
    return await askPath(prompts);
  }
  const chosen = await prompts.choose('Which archive?', [
    ...found.entries.map((entry) => ({
      name: describe(entry, context),
      value: join(found.folder, entry.file.name),
    })),
    { name: 'another file, by its path', value: ANOTHER },
  ]);
  return chosen === ANOTHER ? await askPath(prompts) : chosen;
}

interface Found {
  folder: string;
  entries: CatalogEntry[];
  why: string;
}

/** A conf or a backup path that cannot be read is no reason to stop: the archive may be anywhere (BS-16). */
async function findArchives({ conf, signal }: CommandContext): Promise<Found> {
  try {
    const { backup } = await readSettings(conf);
    const entries = await listArchives(folderDestination(backup.path), signal);
    return { folder: backup.path, entries: entries.toReversed(), why: `no archives in ${backup.path}` };
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const known = error instanceof LifeboatError ? reason : `the backup path cannot be read: ${reason}`;
    return { folder: '', entries: [], why: `${known}\nthe archive can be named by its path` };
  }
}

function describe({ summary, file, unreadable }: CatalogEntry, { clock }: CommandContext): string {
  if (summary === undefined) return `${file.name}  cannot be read: ${unreadable}`;
  const time = Temporal.Instant.from(summary.takenAt).toZonedDateTimeISO(clock.zone()).toPlainDateTime();
  return [
    time.toString({ smallestUnit: 'minute' }).replace('T', ' '),
    `number ${summary.number}`,
    `version ${summary.systemVersion}`,
    prettyBytes(file.bytes),
    summary.state,
    file.name,
  ].join('  ');
}

async function askPath(prompts: Prompts): Promise<string> {
  const path = await prompts.text('Path of the archive file:', (text) =>
    text.trim() === '' ? 'type the path of a file' : true,
  );
  return isAbsolute(path) ? path : resolve(path);
}
