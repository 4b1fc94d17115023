import prettyBytes from 'pretty-bytes';
import { localTime } from '#platform/local-time.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { type DescribedArchive, describeArchives } from '../archives/describe-archives.ts';
import { composeSystem } from '../compose/compose-system.ts';

/** `lifeboat list`: every archive in the destination, newest first, also those that retention leaves alone. */
export async function list(context: CommandContext): Promise<number> {
  const system = await composeSystem(context);
  const archives = await describeArchives(system, context.signal);
  if (context.json) {
    context.stdout.write(`${JSON.stringify(archives)}\n`);
    return 0;
  }
  if (archives.length === 0) context.stdout.write(`no archives in ${system.destination.place}\n`);
  for (const archive of archives) context.stdout.write(`${line(archive, context)}\n`);
  return 0;
}

function line(archive: DescribedArchive, { clock }: CommandContext): string {
  const { file, startedAt, unreadable, here, places } = archive;
  if (startedAt === undefined) return `     ${file}  unreadable: ${unreadable}`;
  return [
    String(archive.number).padStart(4),
    localTime(Temporal.Instant.from(startedAt), clock.zone()),
    `version ${archive.systemVersion}`,
    prettyBytes(archive.bytes).padStart(9),
    archive.verifiedAt === undefined ? 'not verified' : 'verified',
    archive.state,
    file,
    ...(here ? places.slice(1).map((place) => `copy in ${place}`) : [`only in ${places[0]}`]),
    ...(archive.pinned && archive.note !== undefined ? [archive.note] : []),
    ...(archive.reasons ?? []),
  ].join('  ');
}
