import type { Manifest } from '#archive/manifest.ts';

/** Every file name an archive is published under, its own first. */
export function publishedNames({
  archiveName,
  calendarNames = [],
}: Pick<Manifest, 'archiveName' | 'calendarNames'>): string[] {
  return [archiveName, ...calendarNames.filter((name) => name !== archiveName)];
}
