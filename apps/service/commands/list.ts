import prettyBytes from 'pretty-bytes';
import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { composeSystem } from '../compose.ts';

/** `lifeboat list`: every archive in the destination, newest first, also those that retention leaves alone. */
export async function list(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  await system.destination.check(0, context.signal);
  const entries = (await listArchives(system.destination, context.signal)).toReversed();
  if (context.json) {
    context.stdout.write(`${JSON.stringify(entries.map((entry) => asJson(entry, system.id)))}\n`);
    return 0;
  }
  if (entries.length === 0) context.stdout.write(`no archives in ${system.destination.place}\n`);
  for (const entry of entries) context.stdout.write(`${line(entry, system.id, context)}\n`);
  return 0;
}

function asJson(entry: CatalogEntry, systemId: string): Record<string, unknown> {
  return {
    file: entry.file.name,
    bytes: entry.file.bytes,
    ...entry.summary,
    state: stateOf(entry, systemId),
    ...(entry.unreadable === undefined ? {} : { unreadable: entry.unreadable }),
  };
}

function line(entry: CatalogEntry, systemId: string, { clock }: CommandContext): string {
  const { summary, file } = entry;
  if (summary === undefined) return `     ${file.name}  unreadable: ${entry.unreadable}`;
  const time = Temporal.Instant.from(summary.startedAt).toZonedDateTimeISO(clock.zone()).toPlainDateTime();
  return [
    String(summary.number).padStart(4),
    time.toString({ smallestUnit: 'second' }).replace('T', ' '),
    `version ${summary.systemVersion}`,
    prettyBytes(file.bytes).padStart(9),
    summary.verifiedAt === undefined ? 'not verified' : 'verified',
    stateOf(entry, systemId),
    file.name,
    ...(summary.pinned && summary.note !== undefined ? [summary.note] : []),
    ...summary.reasons,
  ].join('  ');
}

function stateOf(entry: CatalogEntry, systemId: string): string {
  if (entry.summary === undefined) return 'unreadable';
  if (entry.summary.systemId !== systemId) return 'of another system';
  const marks = [entry.renamed ? 'renamed' : '', entry.summary.pinned ? 'pinned' : ''];
  return [entry.summary.state, ...marks.filter((mark) => mark !== '')].join(', ');
}
