import type { ChannelSettings } from './channel-settings.ts';
import { SECTION_KEYS } from './section-keys.ts';

export const CHANNEL_KINDS = ['webhook', 'mail', 'ping'] as const satisfies ChannelSettings['kind'][];

/** The keys of each kind of channel but those that name the place of its secret. */
export const CHANNEL_KEYS: Record<ChannelSettings['kind'], readonly string[]> = {
  webhook: withoutSecrets(SECTION_KEYS.webhook),
  mail: withoutSecrets(SECTION_KEYS.mail),
  ping: withoutSecrets(SECTION_KEYS.ping),
};

function withoutSecrets(keys: readonly string[]): readonly string[] {
  return keys.filter((key) => !/^(url|password)_(file|env)$/.test(key));
}
