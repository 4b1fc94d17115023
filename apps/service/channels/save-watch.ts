import { editConf } from '#settings/edit-conf.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { changeConf } from './change-conf.ts';
import { valueChanges } from './value-changes.ts';

/** Changes keys of `[watch]`; null takes one back to its default. `conf-invalid` for a wrong one. */
export async function saveWatch(
  system: ComposedSystem,
  values: Readonly<Record<string, string | null>>,
  signal: AbortSignal,
): Promise<string[]> {
  return await changeConf(
    system,
    ({ text }) => {
      const edits = Object.entries(values).map(([key, value]) => ({
        section: 'watch',
        key,
        value: value ?? undefined,
      }));
      return { edits, lines: valueChanges('watch', text, editConf(text, edits)) };
    },
    signal,
  );
}
