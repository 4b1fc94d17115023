import { LifeboatError } from '#platform/errors.ts';
import type { ChannelSettings } from '#settings/channel-settings.ts';
import type { Settings } from '#settings/settings.ts';

/** The channel of this kind and name (`mail admins`); throws `not-found`. */
export function requireChannel({ channels }: Settings, section: string): ChannelSettings {
  const found = channels.find(({ kind, name }) => `${kind} ${name}` === section);
  if (found !== undefined) return found;
  throw new LifeboatError('not-found', `there is no channel "${section}" in the conf`, {
    hint: `it has ${channels.map(({ kind, name }) => `"${kind} ${name}"`).join(', ') || 'none'}`,
  });
}
