import { useEffect } from 'preact/hooks';
import type { Status } from '../api/answers.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { useRun } from '../api/use-run.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { Alarms } from './alarms.tsx';
import { BackupNow } from './backup-now.tsx';
import { ConfirmSettings } from './confirm-settings.tsx';
import { LastBackup } from './last-backup.tsx';
import { NextBackup } from './next-backup.tsx';
import { PlaceTrouble } from './place-trouble.tsx';
import { Risks } from './risks.tsx';
import { Space } from './space.tsx';

/** How often what is shown is asked for again, in milliseconds. */
const AGAIN_MS = 30_000;

/** How things stand, and Backup Now. */
export function StartView() {
  const status = useLoaded<Status>('api/status');
  const { ends } = useRun();
  useEffect(() => {
    if (ends > 0) void status.reload();
  }, [ends, status.reload]);
  useEffect(() => {
    const timer = setInterval(() => void status.reload(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [status.reload]);
  return (
    <>
      <WhenLoaded loaded={status}>
        {(known) => (
          <>
            <p class="system">{known.system}</p>
            <Alarms alarms={known.alarms ?? []} />
            <ConfirmSettings status={known} confirmed={status.reload} />
            <PlaceTrouble status={known} />
            <LastBackup status={known} />
          </>
        )}
      </WhenLoaded>
      <BackupNow />
      {status.value !== undefined && (
        <>
          <div class="cards">
            <NextBackup status={status.value} />
            <Space status={status.value} />
          </div>
          <Risks risks={status.value.risks} />
        </>
      )}
    </>
  );
}
