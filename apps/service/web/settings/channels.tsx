import { useState } from 'preact/hooks';
import type { Channel, TestedChannel } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { SaidText } from '../parts/said-text.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Where notifications go, each with a test. */
export function Channels({ channels }: { channels: readonly Channel[] }) {
  const { t } = useTexts();
  const { api, may } = useApi();
  const action = useAction();
  const [asked, setAsked] = useState<string>();
  const [tested, setTested] = useState<TestedChannel>();
  const test = (id: string) => {
    setAsked(id);
    setTested(undefined);
    void action.run(async () => {
      const path = `api/channels/${encodeURIComponent(id)}/test`;
      const [answer] = await api.send<TestedChannel[]>('POST', path, {});
      setTested(answer);
    });
  };
  return (
    <section class="group settings">
      <h2>{t.settings.notifications}</h2>
      {channels.length === 0 && <p>{t.settings.noChannels}</p>}
      <ul class="plain">
        {channels.map(({ name, kind }) => {
          const id = `${kind} ${name}`;
          return (
            <li key={id}>
              <span class="path">
                {name} <small>({kind})</small>
              </span>
              {may('administrator') && (
                <button
                  type="button"
                  class="small outline"
                  aria-label={t.settings.testFor(name)}
                  aria-busy={action.busy && asked === id}
                  onClick={() => test(id)}
                >
                  {t.settings.test}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <FailureNotice failure={action.failure} />
      {tested !== undefined && (
        <Notice
          kind={tested.sent ? 'good' : 'bad'}
          live
          title={tested.sent ? t.settings.tested(tested.channel) : t.settings.testFailed(tested.channel)}
        >
          {tested.sent ? (
            tested.remarks.map((line) => (
              <p key={line} lang="en">
                {line}
              </p>
            ))
          ) : (
            <SaidText
              code={tested.code ?? 'notify-failed'}
              message={tested.remarks.join('; ')}
              hint={tested.hint}
            />
          )}
        </Notice>
      )}
    </section>
  );
}
