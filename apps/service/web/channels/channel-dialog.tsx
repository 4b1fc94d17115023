import { useEffect, useRef } from 'preact/hooks';
import type { ChannelDetails } from '../api/answers.ts';
import { Dialog } from '../parts/dialog.tsx';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { ChannelFields } from './channel-fields.tsx';
import { useChannelForm } from './use-channel-form.ts';

/** A new channel, or one as it is to be; what is wrong stands beside its field, and nothing is saved then. */
export function ChannelDialog(props: {
  known: ChannelDetails | undefined;
  done: (name: string) => Promise<void>;
  close: () => void;
}) {
  const { t } = useTexts();
  const { known } = props;
  const { fields, busy, failure, save } = useChannelForm(known, props.done);
  const place = useRef<HTMLDivElement>(null);
  const count = Object.keys(fields.errors).length;
  useEffect(() => {
    if (count > 0) place.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [failure, count]);
  return (
    <Dialog
      title={known === undefined ? t.channels.add : t.channels.changeTitle(known.name)}
      submit={t.settings.save}
      busy={busy}
      onSubmit={save}
      onClose={props.close}
    >
      <div ref={place}>
        <ChannelFields {...fields} />
      </div>
      {count > 0 && <Notice kind="bad" live title={t.settings.wrong(count)} />}
      {count === 0 && <FailureNotice failure={failure} />}
    </Dialog>
  );
}
