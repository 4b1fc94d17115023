import type { Settings } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { Notice } from '../parts/notice.tsx';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { Channels } from './channels.tsx';
import { SettingsForm } from './settings-form.tsx';

/** BS-01 to BS-12, FD-17 and what else a person sets on the page. */
export function SettingsView() {
  const { t } = useTexts();
  const { may } = useApi();
  const settings = useLoaded<Settings>('api/settings');
  return (
    <WhenLoaded loaded={settings}>
      {(known) => (
        <>
          {!may('administrator') && <Notice kind="info" title={t.settings.readOnly} />}
          <SettingsForm values={known.values} saved={settings.reload} />
          <Channels channels={known.channels} />
        </>
      )}
    </WhenLoaded>
  );
}
