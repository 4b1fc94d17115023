import type { Notifications as Known } from '../api/answers.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { Channels } from './channels.tsx';
import { WatchForm } from './watch-form.tsx';

/** Who is notified, and of what age of the last good backup: for administrators of the service. */
export function Notifications() {
  const known = useLoaded<Known>('api/channels');
  return (
    <WhenLoaded loaded={known}>
      {({ channels, watch }) => (
        <>
          <Channels channels={channels} changed={known.reload} />
          <WatchForm watch={watch} changed={known.reload} />
        </>
      )}
    </WhenLoaded>
  );
}
