import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChannelDetails } from '../api/answers.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { type Asked, AskedDialog } from './asked-dialog.tsx';
import { ChannelList } from './channel-list.tsx';
import { TestedNotice } from './tested-notice.tsx';
import { useChannelTest } from './use-channel-test.ts';

/** Where notifications go: added, changed, removed, and each with a test. */
export function Channels(props: { channels: readonly ChannelDetails[]; changed: () => Promise<void> }) {
  const texts = useTexts().t.channels;
  const { testing, tested, failure, begin, forget } = useChannelTest();
  const add = useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = useState<Asked>();
  const [said, setSaid] = useState<string>();
  const ask = (question: Asked) => {
    setSaid(undefined);
    forget();
    setAsked(question);
  };
  // Said once the list shows it, too.
  const done = async (text: string) => {
    await props.changed();
    setAsked(undefined);
    setSaid(text);
  };
  useEffect(() => {
    // The dialog is gone, and the button that opened it may be gone with its channel.
    if (said !== undefined) add.current?.focus();
  }, [said]);
  return (
    <section class="group settings">
      <h2>{texts.title}</h2>
      {props.channels.length === 0 && <p>{texts.none}</p>}
      <ChannelList
        channels={props.channels}
        testing={testing}
        test={(channel) => {
          setSaid(undefined);
          begin(channel);
        }}
        change={(channel) => ask({ what: 'change', channel })}
        remove={(channel) => ask({ what: 'remove', channel })}
      />
      <FailureNotice failure={failure} />
      {tested !== undefined && <TestedNotice {...tested} />}
      {said !== undefined && <Notice kind="good" live title={said} />}
      <button ref={add} type="button" class="small" onClick={() => ask({ what: 'add' })}>
        {texts.add}
      </button>
      {asked !== undefined && <AskedDialog asked={asked} close={() => setAsked(undefined)} done={done} />}
    </section>
  );
}
