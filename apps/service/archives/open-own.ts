import type { RandomAccess } from '#archive/archive.ts';
import { openArchive } from '#archive/open-archive.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { locateArchive } from './locate-archive.ts';

/**
 * Opens an archive for whoever takes it away. Of a system that shows its own alone, the file that was opened has to
 * be one of its own by its manifest: a link or a forged summary that the tenant put into its folder leads nowhere.
 * Throws `archive-missing`, and what opening throws.
 */
export async function openOwn(
  system: ComposedSystem,
  name: string,
  signal: AbortSignal,
): Promise<{ entry: CatalogEntry; access: RandomAccess }> {
  const { entry, destination } = await locateArchive(system, name, signal);
  const access = await destination.open(entry.file.name);
  try {
    if (system.onlyOwn) await requireOwn(access, entry, system.id, signal);
    return { entry, access };
  } catch (error) {
    await access[Symbol.asyncDispose]();
    throw error;
  }
}

async function requireOwn(
  access: RandomAccess,
  { file }: CatalogEntry,
  systemId: string,
  signal: AbortSignal,
): Promise<void> {
  // Still read from when this is over: whoever opened it closes it.
  const lent = { ...access, [Symbol.asyncDispose]: async () => undefined };
  const { manifest } = await openArchive(lent, signal);
  if (manifest.system.id === systemId) return;
  throw new LifeboatError(
    'archive-missing',
    `there is no archive called or numbered "${file.name}" of this system`,
  );
}
