import { editConf } from '#settings/edit-conf.ts';
import { mistaken } from '#settings/read-settings.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { changeConf } from './change-conf.ts';
import { channelEdits } from './channel-edits.ts';
import { channelMistakes } from './channel-mistakes.ts';
import { requireChannel } from './require-channel.ts';
import { valueChanges } from './value-changes.ts';
import type { WantedChannel } from './wanted-channel.ts';

/**
 * Adds a channel to the conf, or changes one; `conf-invalid` with ConfMistakes names everything that is wrong with it,
 * `not-found` says that there is none of this name. Resolves with a line for each change.
 */
export async function saveChannel(
  system: ComposedSystem,
  wanted: WantedChannel,
  signal: AbortSignal,
): Promise<string[]> {
  const { kind, name, secret, isNew } = wanted;
  const section = `${kind} ${name}`;
  return await changeConf(
    system,
    async (conf) => {
      if (!isNew) requireChannel(conf.settings, section);
      const mistakes = await channelMistakes(wanted, conf);
      if (mistakes.length > 0) throw mistaken(conf.settings.file, mistakes);
      const edits = channelEdits(wanted, { ...conf, section });
      const changed = isNew
        ? [`${section}: added`]
        : [...valueChanges(section, conf.text, editConf(conf.text, edits)), ...secretChange(wanted)];
      return { edits, lines: changed, ...(typeof secret === 'string' && { secret }) };
    },
    signal,
  );
}

function secretChange({ kind, name, secret }: WantedChannel): string[] {
  if (secret === undefined) return [];
  const what = kind === 'mail' ? 'password' : 'address';
  return [`${kind} ${name}: ${secret === null ? `no ${what} any more` : `another ${what}`}`];
}
