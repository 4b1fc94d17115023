import type { ChannelDetails } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChannelDialog } from './channel-dialog.tsx';
import { RemoveChannelDialog } from './remove-channel-dialog.tsx';

/** What is to be done with the channels. */
export type Asked = { what: 'add' } | { what: 'change' | 'remove'; channel: ChannelDetails };

/** Asks what it takes to do it; `done` says what was done. */
export function AskedDialog(props: {
  asked: Asked;
  close: () => void;
  done: (said: string) => Promise<void>;
}) {
  const { t } = useTexts();
  const { asked, close, done } = props;
  if (asked.what === 'remove') {
    const gone = (name: string) => done(t.channels.gone(name));
    return <RemoveChannelDialog channel={asked.channel} close={close} done={gone} />;
  }
  const known = asked.what === 'change' ? asked.channel : undefined;
  return <ChannelDialog known={known} close={close} done={(name) => done(t.channels.saved(name))} />;
}
