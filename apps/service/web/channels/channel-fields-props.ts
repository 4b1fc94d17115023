import type { ChannelDraft } from './channel-draft.ts';

/** What each group of fields of a channel gets. */
export interface ChannelFieldsProps {
  draft: ChannelDraft;
  /** Whether the channel is there already: what is not typed anew stays. */
  isKnown: boolean;
  change: (change: Partial<ChannelDraft>) => void;
  /** What the service says is wrong, by the key of sysbackup.conf; `secret` is the address or password. */
  errors: Record<string, string>;
}
