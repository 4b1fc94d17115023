import type { Alarm } from '../api/answers.ts';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** FD-08: what went wrong more than once, with its cause; it stays until a backup ends well. */
export function Alarms({ alarms }: { alarms: readonly Alarm[] }) {
  const { t, formats } = useTexts();
  return (
    <>
      {alarms.map(({ kind, since, message }) => (
        <Notice key={kind} kind="bad" title={t.alarm[kind] ?? t.alarm['other'] ?? ''}>
          <p lang="en">{message}</p>
          <p>{t.alarmSince(formats.dateTime(since))}</p>
        </Notice>
      ))}
    </>
  );
}
