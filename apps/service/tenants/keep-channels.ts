import { LifeboatError } from '#platform/errors.ts';
import { channelsFile, readTenantChannels } from './read-tenant-channels.ts';
import { stampOf } from './stamp-of.ts';

/** The channels of single tenants as a service holds them: a file with mistakes does not take the place of the one before. */
export interface KeptChannels {
  /** The last good ones of the tenant of this name; empty where there are none. */
  of(name: string): Promise<string>;
  /** Reads anew what has changed. Resolves with what is wrong, a line for each of these names. */
  look(names: readonly string[]): Promise<string[]>;
}

/** `pattern`: that of the settings of now. */
export function keepChannels(pattern: () => string | undefined): KeptChannels {
  const kept = new Map<string, { stamp: string; text: string; problem: string | undefined }>();

  async function lookAt(name: string): Promise<string | undefined> {
    const now = pattern();
    if (now === undefined) {
      kept.clear();
      return undefined;
    }
    const stamp = await stampOf(channelsFile(now, name));
    const before = kept.get(name);
    if (before?.stamp === stamp) return before.problem;
    try {
      kept.set(name, { stamp, text: (await readTenantChannels(now, name)) ?? '', problem: undefined });
    } catch (error) {
      if (!(error instanceof LifeboatError)) throw error;
      kept.set(name, { stamp, text: before?.text ?? '', problem: error.message });
    }
    return kept.get(name)?.problem;
  }

  return {
    async of(name) {
      if (!kept.has(name)) await lookAt(name);
      return kept.get(name)?.text ?? '';
    },
    async look(names) {
      const wrong: string[] = [];
      for (const name of names) {
        const problem = await lookAt(name);
        if (problem !== undefined) wrong.push(`the channels of the tenant ${name}: ${problem}`);
      }
      const here = new Set(names);
      for (const name of kept.keys()) if (!here.has(name)) kept.delete(name);
      return wrong;
    },
  };
}
