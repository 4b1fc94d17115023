import type { ManifestSource } from '#archive/manifest.ts';
import { LifeboatError } from '#platform/errors.ts';
import { placeOf } from '#sources/mariadb/place-of.ts';
import type { ChecklistParts, ServerNow } from './checklist-parts.ts';

/** Variables and version of each MariaDB server of the archive that are not what they were. */
export async function serverItems(parts: ChecklistParts, signal: AbortSignal): Promise<string[]> {
  const { manifest, settings, plan } = parts;
  const items: string[] = [];
  for (const section of settings.mariadb) {
    const source = manifest.sources.find(({ id }) => id === `mariadb/${section.name}`);
    const restored = plan.steps.some(({ id }) => id.startsWith(`mariadb/${section.name}`));
    if (source === undefined || !restored) continue;
    const name = `MariaDB at ${placeOf(section.address)} ([mariadb ${section.name}])`;
    try {
      const now = await parts.readServer(section, signal);
      items.push(...compare(source, now).map((text) => `${name}: ${text}`));
    } catch (error) {
      if (!(error instanceof LifeboatError) || signal.aborted) throw error;
      items.push(`${name} could not be compared: ${error.message}`);
    }
  }
  return items;
}

function compare({ serverVersion, settings }: ManifestSource, now: ServerNow): string[] {
  const version =
    serverVersion === undefined || serverVersion === now.version
      ? []
      : [`it is version ${now.version}, the one that was backed up was ${serverVersion}`];
  if (settings === undefined) {
    return [...version, 'the archive does not tell the variables of the old server: compare its my.cnf'];
  }
  const differing = Object.entries(settings).filter(([name, was]) => {
    const is = now.settings[name];
    return is !== undefined && is !== was;
  });
  if (differing.length === 0) return version;
  const list = differing.map(([name, was]) => `${name} = ${text(was)} (here ${text(now.settings[name])})`);
  return [...version, `variables that differ; set in my.cnf what the system needs: ${list.join(', ')}`];
}

function text(value: string | undefined): string {
  return value === undefined || value === '' ? "''" : value;
}
