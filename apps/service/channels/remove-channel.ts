import type { ComposedSystem } from '../compose/composed-system.ts';
import { changeConf } from './change-conf.ts';
import { requireChannel } from './require-channel.ts';

/** Takes a channel (`mail admins`) out of the conf; `not-found` if there is none. What was typed for it is deleted. */
export async function removeChannel(
  system: ComposedSystem,
  section: string,
  signal: AbortSignal,
): Promise<string[]> {
  return await changeConf(
    system,
    ({ settings }) => {
      requireChannel(settings, section);
      return { edits: [{ section, remove: true }], lines: [`${section}: removed`] };
    },
    signal,
  );
}
