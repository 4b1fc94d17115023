import type { ChannelDetails } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { RemovalDialog } from '../parts/removal-dialog.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { channelPath } from './channel-path.ts';

/** Asks before a channel is taken out of the conf. */
export function RemoveChannelDialog(props: {
  channel: ChannelDetails;
  done: (name: string) => Promise<void>;
  close: () => void;
}) {
  const texts = useTexts().t.channels;
  const { api } = useApi();
  const { channel, done, close } = props;
  const remove = async () => {
    await api.send('DELETE', channelPath(channel));
    await done(channel.name);
  };
  return (
    <RemovalDialog
      title={texts.removeTitle(channel.name)}
      text={texts.removeText}
      submit={texts.remove}
      remove={remove}
      close={close}
    />
  );
}
