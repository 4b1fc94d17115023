import { LifeboatError } from '#platform/errors.ts';
import type { TenantsSettings } from '#settings/settings.ts';

/** `[tenants]` of the service's conf as it is now: one that cannot be read does not take the place of the one before. */
export interface KeptSettings {
  /** Undefined: the service serves its own system alone. */
  current(): TenantsSettings | undefined;
  /** Reads it anew. True if it is another one. */
  look(): Promise<boolean>;
  /** What is wrong with the conf as it is now. */
  problem(): string | undefined;
}

/** `read`: throws as readSettings. */
export function keepSettings(
  first: TenantsSettings | undefined,
  read: () => Promise<TenantsSettings | undefined>,
): KeptSettings {
  let good = first;
  let wrong: string | undefined;
  return {
    current: () => good,
    async look() {
      const before = JSON.stringify(good);
      try {
        good = await read();
        wrong = undefined;
      } catch (error) {
        if (!(error instanceof LifeboatError)) throw error;
        wrong = error.message;
      }
      return JSON.stringify(good) !== before;
    },
    problem: () => wrong,
  };
}
