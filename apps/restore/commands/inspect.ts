import prettyBytes from 'pretty-bytes';
import type { Manifest } from '#archive/manifest.ts';
import { counted } from '#platform/counted.ts';
import { oneLine } from '#platform/one-line.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { localTime } from '../local-time.ts';
import { openLocalArchive } from '../open-local-archive.ts';

/** `lifeboat-restore inspect ARCHIVE`: what it holds, by its manifest (FD-28). Needs no system and no conf. */
export async function inspect(context: CommandContext, path: string): Promise<number> {
  await using archive = await openLocalArchive(path, context.signal);
  const text = context.json
    ? JSON.stringify(archive.manifest)
    : describe(archive.manifest, context.clock.zone());
  context.stdout.write(`${text}\n`);
  return 0;
}

function describe(manifest: Manifest, zone: string): string {
  return [
    `${manifest.archiveName}: number ${manifest.number} of ${manifest.system.name} ${manifest.system.version}`,
    `system id ${manifest.system.id}, made on ${manifest.host} by ${manifest.program.name} ${manifest.program.version}`,
    ...versionTexts(manifest),
    `stands for ${localTime(manifest.takenAt, zone, 'second')}, ${manifest.state}`,
    ...manifest.reasons.map((reason) => `  incomplete: ${reason}`),
    ...manifest.sources.map(
      (source) =>
        `  ${source.id}: ${source.serverVersion === undefined ? '' : `${source.serverVersion}, `}at ${source.takenAt}`,
    ),
    '',
    ...manifest.components.map(
      (component) =>
        `  ${component.id.padEnd(28)} ${component.state.padEnd(9)} ${prettyBytes(component.bytes).padStart(9)}  ${counted(component.items, 'item')}${component.rows === undefined ? '' : `, ${counted(component.rows, 'row')}`}`,
    ),
    ...manifest.components.flatMap((component) =>
      component.notes.map(
        (note) =>
          `  ${component.id}: ${note.code}: ${note.what}${note.detail === undefined ? '' : ` (${note.detail})`}`,
      ),
    ),
  ]
    .map(oneLine)
    .join('\n');
}

function versionTexts({ system: { version, restores, migrates } }: Manifest): string[] {
  if (restores === undefined) return [];
  const how = migrates ? ', which it migrates' : '';
  return [`version ${version} could itself restore archives of ${restores.join(', ')}${how}`];
}
