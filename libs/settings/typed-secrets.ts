import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { systemErrorCode } from '#platform/errors.ts';
import { namesIn } from '#platform/names-in.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { secretPlaces } from './secret-places.ts';
import type { SecretSource } from './secret-source.ts';
import type { Settings } from './settings.ts';

/**
 * Secrets that were typed on the page: each a private file of its own in the state folder, which no backup has in it;
 * the conf names it. Never changed in place, so that whoever reads the conf finds the secret that belongs to it.
 */
export interface TypedSecrets {
  /** A path that is free; the file is not made yet. */
  newPlace(): string;
  /** Throws `state-unusable`, or what the system says. */
  keep(place: string, secret: string): Promise<void>;
  holds(source: SecretSource): boolean;
  /** Deletes those that these settings do not name; resolves with a line for each that could not be deleted. */
  forgetOthers(settings: Settings): Promise<string[]>;
}

export function typedSecrets(stateFolder: string, systemId: string): TypedSecrets {
  const folder = resolve(stateFolder, 'secrets', systemId);
  const holds = (source: SecretSource) => source.from === 'file' && dirname(source.file) === folder;
  return {
    holds,
    newPlace: () => join(folder, randomBytes(12).toString('hex')),
    async keep(place, secret) {
      await privateFolder(folder);
      await writeFileAtomic(place, `${secret}\n`);
    },
    async forgetOthers(settings) {
      const named = secretPlaces(settings).flatMap((place) =>
        place.from === 'file' && holds(place) ? [basename(place.file)] : [],
      );
      const troubles: string[] = [];
      for (const name of await namesIn(folder)) {
        if (named.includes(name)) continue;
        await rm(join(folder, name), { force: true }).catch((error: unknown) => {
          troubles.push(`cannot delete ${join(folder, name)}: ${systemErrorCode(error) ?? error}`);
        });
      }
      return troubles;
    },
  };
}
