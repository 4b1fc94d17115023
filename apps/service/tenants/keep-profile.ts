import { LifeboatError } from '#platform/errors.ts';
import { inTenantsName } from '#settings/in-tenants-name.ts';
import { type Profile, readProfile } from './read-profile.ts';
import { stampOf } from './stamp-of.ts';

/** The profile as a service holds it: one with mistakes does not take the place of the one before. */
export interface KeptProfile {
  /** The last good one; throws what is wrong where there was none yet. */
  current(): Promise<Profile>;
  /** Reads it anew if the file has changed. True if another one holds now. */
  look(): Promise<boolean>;
  /** What is wrong with the file as it is now. */
  problem(): string | undefined;
  /** Whether drills run by themselves. */
  drills(): boolean;
  /** Why no conf can be made of it for a tenant of this name. */
  unfit(name: string): string | undefined;
}

/** `place`: where it lies by the settings of now; undefined: there is none, which is no problem. */
export function keepProfile(place: () => string | undefined): KeptProfile {
  let good: Profile | undefined;
  let wrong: LifeboatError | undefined;
  let seen: string | undefined;
  return {
    async current() {
      if (good !== undefined) return good;
      throw wrong ?? new LifeboatError('conf-missing', `the profile ${place()} was not read yet`);
    },
    async look() {
      const file = place();
      if (file === undefined) {
        [good, wrong, seen] = [undefined, undefined, undefined];
        return false;
      }
      const stamp = await stampOf(file);
      if (stamp === seen) return false;
      seen = stamp;
      const before = good?.text;
      try {
        good = await readProfile(file);
        wrong = undefined;
      } catch (error) {
        if (!(error instanceof LifeboatError)) throw error;
        wrong = error;
      }
      return good?.text !== before;
    },
    problem: () => wrong?.message,
    drills: () => good?.drills ?? false,
    unfit(name) {
      try {
        inTenantsName(good?.text ?? '', name);
        return undefined;
      } catch (error) {
        if (error instanceof LifeboatError) return `${error.message}; ${error.hint}`;
        throw error;
      }
    },
  };
}
