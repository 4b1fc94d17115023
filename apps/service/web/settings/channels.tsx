import { useState } from 'preact/hooks';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Where notifications go, each with a test. */
export function Channels({ channels }: { channels: readonly { name: string; kind: string }[] }) {
  const { t } = useTexts();
  const { api, may } = useApi();
  const action = useAction();
  const [tried, setTried] = useState<{ name: string; ended: boolean }>();
  const test = (name: string) => {
    setTried({ name, ended: false });
    void action.run(async () => {
      await api.send('POST', `api/channels/${encodeURIComponent(name)}/test`, {});
      setTried({ name, ended: true });
    });
  };
  return (
    <section class="group">
      <h2>{t.settings.notifications}</h2>
      {channels.length === 0 && <p>{t.settings.noChannels}</p>}
      <ul class="plain">
        {channels.map(({ name, kind }) => (
          <li key={name}>
            <span>
              {name} <small>({kind})</small>
            </span>
            {may('administrator') && (
              <button
                type="button"
                class="small outline"
                aria-label={t.settings.testFor(name)}
                aria-busy={action.busy && tried?.name === name}
                onClick={() => test(name)}
              >
                {t.settings.test}
              </button>
            )}
          </li>
        ))}
      </ul>
      {tried?.ended && <Notice kind="good" live title={t.settings.tested(tried.name)} />}
      {tried !== undefined && (
        <FailureNotice failure={action.failure} title={t.settings.testFailed(tried.name)} />
      )}
    </section>
  );
}
