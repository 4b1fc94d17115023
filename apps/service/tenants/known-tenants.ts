import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAtomic } from '#platform/atomic-file.ts';
import { LifeboatError } from '#platform/errors.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { readIfThere } from '#platform/read-if-there.ts';

const knownTenant = z.strictObject({
  id: z.uuid(),
  /** Where it was seen last. */
  root: z.string(),
  /** Of the folder itself, whatever it is called. */
  identity: z.string(),
});

const file = z.strictObject({ version: z.literal(1), tenants: z.array(knownTenant) });

export type KnownTenant = z.infer<typeof knownTenant>;

/** Which tenant was seen where: what a tenant says of itself is believed only as far as this does not contradict it. */
export interface KnownTenants {
  /** Throws `state-unusable` for a file that cannot be understood. */
  read(): Promise<KnownTenant[]>;
  save(tenants: readonly KnownTenant[]): Promise<void>;
}

/** Keeps them in `tenants/known.json` of the state folder. */
export function knownTenants(stateFolder: string): KnownTenants {
  const folder = join(stateFolder, 'tenants');
  const path = join(folder, 'known.json');
  return {
    async read() {
      const text = await readIfThere(path);
      if (text === undefined) return [];
      try {
        return file.parse(JSON.parse(text)).tenants;
      } catch (cause) {
        throw new LifeboatError('state-unusable', `${path} does not say which tenants there are`, {
          hint: 'remove it: tenants are then known by their folders alone',
          cause,
        });
      }
    },
    async save(tenants) {
      await privateFolder(folder);
      await writeFileAtomic(path, `${JSON.stringify({ version: 1, tenants }, undefined, 1)}\n`);
    },
  };
}
