import { arch, cpus, freemem, platform, release, totalmem, uptime, version } from 'node:os';
import { listArchives } from '#catalog/list-archives.ts';
import { openOutbox } from '#notify/open-outbox.ts';
import { VERSION_LINE } from '#platform/program-version.ts';
import { journalFolder, stateFolder } from '#settings/default-places.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { askEverything } from '../ask-everything.ts';
import { composeSystem } from '../compose/compose-system.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { readHistory } from '../status/read-history.ts';
import { readStatus } from '../status/read-status.ts';
import { listFiles } from './list-files.ts';
import { readJournalTail } from './read-journal-tail.ts';
import { readTail } from './read-tail.ts';

/** One file of the bundle; reading it may throw, and what it throws is told in its place. */
export interface BundlePart {
  name: string;
  /** A text, or what is written as JSON. */
  read(signal: AbortSignal): Promise<unknown>;
}

const MOST_ENTRIES = 200;
const LOG_BYTES = 500_000;

/** What helps to find out why a backup does not do what it should. Each part is there also where the others fail. */
export function bundleParts(context: CommandContext): BundlePart[] {
  // Composed once and only when a part asks for it: a broken conf is one of the things to be told.
  let composed: Promise<ComposedSystem> | undefined;
  const system = (): Promise<ComposedSystem> => {
    composed ??= composeSystem(context);
    return composed;
  };
  const state = async (): Promise<string> =>
    await system().then(
      (known) => known.state,
      () => stateFolder(context.state, context.environment, undefined),
    );
  const journal = async (): Promise<string> =>
    await system().then(
      (known) => known.journal.folder,
      async () => journalFolder(await state(), undefined),
    );
  return [
    { name: 'versions.json', read: async () => versions(context) },
    { name: 'status.json', read: async () => readStatus(await system(), context) },
    { name: 'check.json', read: async (signal) => askEverything(await system(), signal) },
    { name: 'journal.txt', read: async () => readJournalTail(await journal()) },
    {
      name: 'history.json',
      read: async () => {
        const { path, backups } = await readHistory(await system());
        return { path, backups: backups.slice(0, MOST_ENTRIES) };
      },
    },
    {
      name: 'archives.json',
      read: async (signal) => (await listArchives((await system()).destination, signal)).slice(-MOST_ENTRIES),
    },
    { name: 'notifications.json', read: async () => notifications(await system()) },
    { name: 'state-folder.txt', read: async () => listFiles(await state()) },
    {
      name: 'service-log.txt',
      read: async () => {
        const { file } = (await system()).settings.log;
        return file === undefined ? 'it goes to standard error' : await readTail(file, LOG_BYTES);
      },
    },
  ];
}

function versions({ clock }: CommandContext): Record<string, unknown> {
  return {
    program: VERSION_LINE,
    node: process.version,
    libraries: process.versions,
    system: { platform: platform(), arch: arch(), release: release(), version: version() },
    machine: { cpus: cpus().length, memory: totalmem(), freeMemory: freemem(), uptime: uptime() },
    user: process.getuid?.(),
    now: clock.now().toString(),
    zone: clock.zone(),
  };
}

async function notifications(system: ComposedSystem): Promise<Record<string, unknown>> {
  using outbox = await openOutbox(system.state, system.id);
  return { memory: outbox.memory(), deliveries: outbox.recent(MOST_ENTRIES) };
}
