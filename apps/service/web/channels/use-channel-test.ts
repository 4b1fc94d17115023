import { useState } from 'preact/hooks';
import type { ChannelDetails, TestedChannel } from '../api/answers.ts';
import type { ApiFailure } from '../api/api-failure.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { channelPath } from './channel-path.ts';

export interface ChannelTest {
  /** Being tested now. */
  testing: ChannelDetails | undefined;
  tested: TestedChannel | undefined;
  failure: ApiFailure | undefined;
  begin(channel: ChannelDetails): void;
  forget(): void;
}

/** A test of one channel after the other, and how the last one went. */
export function useChannelTest(): ChannelTest {
  const { api } = useApi();
  const { busy, failure, run } = useAction();
  const [asked, setAsked] = useState<ChannelDetails>();
  const [tested, setTested] = useState<TestedChannel>();
  return {
    testing: busy ? asked : undefined,
    tested,
    failure,
    begin(channel) {
      setAsked(channel);
      setTested(undefined);
      void run(async () => {
        const [answer] = await api.send<TestedChannel[]>('POST', `${channelPath(channel)}/test`, {});
        setTested(answer);
      });
    },
    forget: () => setTested(undefined),
  };
}
