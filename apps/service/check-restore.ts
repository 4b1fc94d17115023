import { statfs } from 'node:fs/promises';
import prettyBytes from 'pretty-bytes';
import { openArchive } from '#archive/open-archive.ts';
import { isGood } from '#catalog/is-good.ts';
import { listArchives } from '#catalog/list-archives.ts';
import type { Finding, SourceReport } from '#sources/source.ts';
import { canRestore } from '#versions/can-restore.ts';
import type { VersionRange } from '#versions/parse-range.ts';
import type { ComposedSystem } from './compose/composed-system.ts';

/**
 * LB-11: could the newest good archive be restored here? Asks its manifest, the installed version and the free
 * space beside the system; changes nothing. Findings are warnings: a backup can run all the same.
 */
export async function checkRestore(
  system: ComposedSystem,
  installedVersion: string | undefined,
  signal: AbortSignal,
): Promise<SourceReport> {
  const entries = await listArchives(system.destination, signal);
  const newest = entries.findLast((entry) => isGood(entry, system.id));
  if (newest === undefined) {
    return report('a restore', 0, [
      warning('there is no good archive to restore from yet', 'run lifeboat backup'),
    ]);
  }
  const { name } = newest.file;
  await using archive = await openArchive(await system.destination.open(name), signal);
  const { manifest } = archive;
  const needed = manifest.components.reduce((sum, component) => sum + component.bytes, 0);
  return report(`a restore from ${name}`, needed, [
    ...versionFindings(manifest.system.version, installedVersion, system.settings.versions.restores),
    ...(await spaceFindings(system.settings.system.root, needed)),
  ]);
}

function versionFindings(
  archived: string,
  installed: string | undefined,
  ranges: readonly VersionRange[],
): Finding[] {
  if (installed === undefined) return [];
  const answer = canRestore(archived, installed, ranges);
  if (answer.as !== 'no') return [];
  return [
    warning(
      `the newest good archive is of version ${archived}, installed is ${installed}: it could not be restored here (${answer.why})`,
      'back up again now that the version has changed',
    ),
  ];
}

/** Everything is staged beside the live state, so the system's place needs room for a second copy. */
async function spaceFindings(root: string, needed: number): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  if (free >= needed) return [];
  return [
    warning(
      `a restore needs up to ${prettyBytes(needed)} to stage, ${root} has ${prettyBytes(free)} free`,
      'make room there before it is needed',
    ),
  ];
}

function warning(message: string, hint: string): Finding {
  return { level: 'warning', message, hint };
}

function report(source: string, bytes: number, findings: Finding[]): SourceReport {
  return { source, bytes, findings };
}
