import type { Alarm } from '../api/answers.ts';
import { Notice } from '../parts/notice.tsx';
import { SaidText } from '../parts/said-text.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** What an alarm without a code of its own is about. */
const CODES: Record<string, string> = { 'too-old': 'backup-too-old', 'drill-failed': 'drill-failed' };

/** FD-08: what went wrong more than once, with its cause; it stays until a backup ends well. */
export function Alarms({ alarms }: { alarms: readonly Alarm[] }) {
  const { t, formats } = useTexts();
  return (
    <>
      {alarms.map(({ kind, since, message, code, facts }) => (
        <Notice
          key={kind}
          kind="bad"
          title={t.alarm[code ?? kind] ?? t.alarm[kind] ?? t.alarm['other'] ?? ''}
        >
          {facts?.['failures'] !== undefined && <p>{t.alarmFailures(Number(facts['failures']))}</p>}
          <SaidText code={code ?? CODES[kind] ?? kind} message={message} facts={facts} />
          <p>{t.alarmSince(formats.dateTime(since))}</p>
        </Notice>
      ))}
    </>
  );
}
