import { LifeboatError } from '#platform/errors.ts';
import { backupValues } from '#settings/backup-values.ts';
import { ConfMistakes } from '#settings/conf-mistakes.ts';
import type { ConfChange } from '#settings/edit-conf.ts';
import type { Settings } from '#settings/settings.ts';
import { TENANT_KEYS } from '#settings/tenant-conf.ts';
import type { Chosen } from './chosen-settings.ts';

/**
 * What a tenant has chosen after these changes of `[backup]`. A key that has its value already is no change, so that a
 * form may send all of them; a key without a value goes back to the profile's. Throws `conf-invalid` for one that is
 * not the tenant's to set. Pure.
 */
export function chooseSettings(before: Chosen, changes: readonly ConfChange[], inForce: Settings): Chosen {
  const values = backupValues(inForce.backup);
  const real = changes.filter(({ key, value }) => values[key] !== value);
  const foreign = real.filter(({ key }) => !TENANT_KEYS.includes(key));
  if (foreign.length > 0) throw refused(foreign);
  const after: Record<string, string> = { ...before };
  for (const { key, value } of real) {
    if (value === undefined) delete after[key];
    else after[key] = value;
  }
  return after;
}

function refused(foreign: readonly ConfChange[]): LifeboatError {
  const mistakes = foreign.map(({ key }) => ({
    line: 0,
    section: '[backup]',
    key,
    text: `[backup] ${key}: found a key that is not a tenant's to set, allowed is one of ${TENANT_KEYS.join(', ')}`,
  }));
  const cause = new ConfMistakes(mistakes);
  return new LifeboatError('conf-invalid', cause.message, { cause });
}
