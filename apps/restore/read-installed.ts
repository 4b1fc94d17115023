import { LifeboatError } from '#platform/errors.ts';
import type { InstalledSystem, InstalledVersion } from '#restore/plan/restore-plan.ts';
import { readVersion } from '#settings/read-version.ts';
import type { Profile } from './read-profile.ts';

/**
 * What is installed here. The version is read from the system itself; a version that stands literally in the
 * conf of the archive says nothing about this machine, so there, and where nothing can be read, it is the
 * typed one.
 */
export async function readInstalled(profile: Profile, typed: string | undefined): Promise<InstalledSystem> {
  const { system } = profile.settings;
  const own = profile.from === 'installed';
  return {
    id: own ? system.id : undefined,
    name: own ? system.name : undefined,
    version: await installedVersion(profile, typed),
    versions: own ? profile.settings.versions : undefined,
  };
}

async function installedVersion(profile: Profile, typed: string | undefined): Promise<InstalledVersion> {
  const source = profile.settings.system.version;
  if (profile.from === 'archive' && source.from === 'literal') {
    return asTyped(typed, `no installed conf: ${profile.why}`);
  }
  try {
    return { how: 'read', version: await readVersion(source) };
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return asTyped(typed, error.message);
  }
}

function asTyped(typed: string | undefined, why: string): InstalledVersion {
  return typed === undefined ? { how: 'unknown', why } : { how: 'typed', version: typed };
}
