import type { ChannelDetails } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChannelActions, type ChannelActs } from './channel-actions.tsx';
import { channelDraft } from './channel-draft.ts';

/** Each channel with what it is told of, and what can be done with it. */
export function ChannelList({ channels, ...acts }: { channels: readonly ChannelDetails[] } & ChannelActs) {
  const texts = useTexts().t.channels;
  const eventsOf = (channel: ChannelDetails) =>
    channelDraft(channel)
      .on.map((event) => texts.events[event] ?? event)
      .join(', ');
  return (
    <ul class="plain channels">
      {channels.map((channel) => (
        <li key={`${channel.kind} ${channel.name}`}>
          <div class="path">
            <strong>{channel.name}</strong> ({texts.kinds[channel.kind]})
            {channel.kind !== 'ping' && <small>{eventsOf(channel)}</small>}
          </div>
          <ChannelActions channel={channel} {...acts} />
        </li>
      ))}
    </ul>
  );
}
