import { mailChannel } from '#notify/mail-channel.ts';
import type { Channel } from '#notify/notice.ts';
import { pingChannel } from '#notify/ping-channel.ts';
import { webhookChannel } from '#notify/webhook-channel.ts';
import { PROGRAM_VERSION } from '#platform/program-version.ts';
import { readSecret } from '#platform/read-secret.ts';
import type { ChannelSettings } from '#settings/channel-settings.ts';
import type { Settings } from '#settings/settings.ts';
import type { SystemHooks } from './compose-hooks.ts';

const AGENT = `lifeboat/${PROGRAM_VERSION}`;
/** Beyond the hook's own time limit, until it is gone whatever it does, in seconds. */
const HOOK_END = 15;

/** Everybody who is told: the channels of the conf, and the hook that is run at an alarm. */
export function composeChannels(settings: Settings, hooks: SystemHooks): Channel[] {
  const channels = settings.channels.map(composeChannel);
  return settings.hooks.alert === undefined ? channels : [...channels, alertHook(settings, hooks)];
}

function composeChannel(channel: ChannelSettings): Channel {
  switch (channel.kind) {
    case 'webhook':
      return webhookChannel({ ...channel, agent: AGENT, readUrl: () => readSecret(channel.url) });
    case 'ping':
      return pingChannel({ ...channel, agent: AGENT, readUrl: () => readSecret(channel.url) });
    case 'mail': {
      const { password } = channel;
      const readPassword = async () => (password === undefined ? undefined : await readSecret(password));
      return mailChannel({ ...channel, readPassword });
    }
  }
}

/** Its end is journaled by the hook itself; a program that failed is not run again for the same alarm. */
function alertHook(settings: Settings, hooks: SystemHooks): Channel {
  return {
    id: 'hook alert',
    wants: (kind) => kind === 'alert' || kind === 'too-old' || kind === 'drill-failed',
    latestOnly: false,
    waits: [],
    timeLimit: settings.hooks.timeLimit + HOOK_END,
    send: ({ kind, message }, signal) => hooks.alert({ kind, message }, signal),
  };
}
