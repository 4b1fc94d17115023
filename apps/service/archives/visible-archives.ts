import { type CatalogEntry, listArchives } from '#catalog/list-archives.ts';
import type { Destination } from '#destinations/destination.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

/**
 * The archives in a place that people of a system get to see. For a tenant (TN-09) these are its own, and those that
 * cannot be read: tenants may share a second place, and a copy of another's folder brings its archives with it.
 */
export async function visibleArchives(
  place: Destination,
  { id, onlyOwn = false }: Pick<ComposedSystem, 'id' | 'onlyOwn'>,
  signal: AbortSignal,
): Promise<CatalogEntry[]> {
  const entries = await listArchives(place, signal);
  return entries.filter(({ summary }) => !onlyOwn || summary === undefined || summary.systemId === id);
}
