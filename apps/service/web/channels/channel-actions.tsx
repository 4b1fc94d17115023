import type { ChannelDetails } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';

export interface ChannelActs {
  /** Being tested now. */
  testing: ChannelDetails | undefined;
  test: (channel: ChannelDetails) => void;
  change: (channel: ChannelDetails) => void;
  remove: (channel: ChannelDetails) => void;
}

/** What can be done with one channel. */
export function ChannelActions(props: { channel: ChannelDetails } & ChannelActs) {
  const texts = useTexts().t.channels;
  const { channel, testing } = props;
  const { name } = channel;
  const buttons = [
    { text: texts.test, label: texts.testFor(name), act: props.test, busy: testing === channel },
    { text: texts.change, label: texts.changeFor(name), act: props.change },
    { text: texts.remove, label: texts.removeFor(name), act: props.remove, look: 'danger' },
  ];
  return (
    <div class="actions">
      {buttons.map(({ text, label, act, look = '', busy }) => (
        <button
          key={text}
          type="button"
          class={`small outline ${look}`}
          aria-label={label}
          aria-busy={busy}
          onClick={() => act(channel)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
