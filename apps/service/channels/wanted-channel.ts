import type { ChannelSettings } from '#settings/channel-settings.ts';

/** What becomes of a channel. */
export interface WantedChannel {
  kind: ChannelSettings['kind'];
  name: string;
  isNew: boolean;
  /** Keys of CHANNEL_KEYS as the conf has them; null takes one out, one that is absent stays as it is. */
  values: Readonly<Partial<Record<string, string | null>>>;
  /** An address (webhook, ping) or a password (mail); null takes the password out, absent: it stays. */
  secret?: string | null | undefined;
}
