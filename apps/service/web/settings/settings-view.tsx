import type { Settings } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { ChannelNames } from '../channels/channel-names.tsx';
import { Notifications } from '../channels/notifications.tsx';
import { Notice } from '../parts/notice.tsx';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { SettingsForm } from './settings-form.tsx';

/** BS-01 to BS-12, FD-17 and what else a person sets on the page. */
export function SettingsView() {
  const { t } = useTexts();
  const { may, me } = useApi();
  const isTenant = me.tenant !== null;
  const settings = useLoaded<Settings>('api/settings');
  return (
    <WhenLoaded loaded={settings}>
      {(known) => (
        <>
          {!may('administrator') && <Notice kind="info" title={t.settings.readOnly} />}
          <SettingsForm values={known.values} saved={settings.reload} />
          {isTenant && <p>{t.channels.ofTenants}</p>}
          {!isTenant &&
            (may('administrator') ? <Notifications /> : <ChannelNames channels={known.channels} />)}
        </>
      )}
    </WhenLoaded>
  );
}
