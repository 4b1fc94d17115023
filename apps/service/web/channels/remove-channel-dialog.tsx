import type { ChannelDetails } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { channelPath } from './channel-path.ts';

export function RemoveChannelDialog(props: {
  channel: ChannelDetails;
  done: (name: string) => void;
  close: () => void;
}) {
  const { t } = useTexts();
  const { api } = useApi();
  const action = useAction();
  const { channel } = props;
  const remove = () =>
    void action.run(async () => {
      await api.send('DELETE', channelPath(channel));
      props.done(channel.name);
    });
  return (
    <Dialog
      title={t.channels.removeTitle(channel.name)}
      submit={t.channels.remove}
      danger
      busy={action.busy}
      onSubmit={remove}
      onClose={props.close}
    >
      <p>{t.channels.removeText}</p>
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
