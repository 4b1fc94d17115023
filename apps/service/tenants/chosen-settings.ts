import { join } from 'node:path';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError } from '#platform/errors.ts';
import { readIfThere } from '#platform/read-if-there.ts';
import { editConf } from '#settings/edit-conf.ts';
import { readValue } from '#settings/read-value.ts';
import { scanConf } from '#settings/scan-conf.ts';
import { TENANT_KEYS } from '#settings/tenant-conf.ts';

/** The settings that a tenant's administrator chose, as keys and values of `[backup]`. */
export type Chosen = Readonly<Record<string, string>>;

export interface ChosenSettings {
  /** Throws `state-unusable` for a file with anything else in it. */
  read(): Promise<Chosen>;
  save(chosen: Chosen): Promise<void>;
}

/** Keeps them in `backup.conf` of the tenant's folder in the state, which no tenant can reach. */
export function chosenSettings(folder: string): ChosenSettings {
  const path = join(folder, 'backup.conf');
  return {
    async read() {
      const chosen: Record<string, string> = {};
      for (const { what, section } of scanConf((await readIfThere(path)) ?? '')) {
        if (what.kind === 'silent' || what.kind === 'header') continue;
        if (section !== 'backup' || what.kind !== 'entry' || !TENANT_KEYS.includes(what.key)) {
          throw new LifeboatError('state-unusable', `${path} holds something else than a tenant's settings`, {
            hint: 'remove it: the tenant has the settings of the profile then',
          });
        }
        chosen[what.key] = readValue(what.raw ?? '').value;
      }
      return chosen;
    },
    async save(chosen) {
      const lines = Object.entries(chosen).map(([key, value]) => ({ section: 'backup', key, value }));
      await writeFileAtomic(path, editConf('', lines));
    },
  };
}
