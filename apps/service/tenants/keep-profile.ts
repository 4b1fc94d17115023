import { stat } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { type Profile, readProfile } from './read-profile.ts';

/** The profile as a service holds it: one with mistakes does not take the place of the one before. */
export interface KeptProfile {
  /** The last good one; throws what is wrong where there was none yet. */
  current(): Promise<Profile>;
  /** Reads it anew if the file has changed. True if another one holds now. */
  look(): Promise<boolean>;
  /** What is wrong with the file as it is now. */
  problem(): string | undefined;
}

export function keepProfile(file: string): KeptProfile {
  let good: Profile | undefined;
  let wrong: LifeboatError | undefined;
  let seen: string | undefined;
  return {
    async current() {
      if (good !== undefined) return good;
      throw wrong ?? new LifeboatError('conf-missing', `the profile ${file} was not read yet`);
    },
    async look() {
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
  };
}

/** Another one when the file was changed; its absence is one, too. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeNs, ino, size } = await stat(path, { bigint: true });
    return `${mtimeNs} ${ino} ${size}`;
  } catch (error) {
    return systemErrorCode(error) ?? 'unknown';
  }
}
