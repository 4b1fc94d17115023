import type { HistoryEntry } from '../api/answers.ts';
import { SaidText } from '../parts/said-text.tsx';
import { useTexts } from '../texts/use-texts.ts';

export function HistoryTable({ backups }: { backups: readonly HistoryEntry[] }) {
  const { t, formats } = useTexts();
  const { history: texts } = t;
  return (
    <table class="stacked" aria-label={texts.table}>
      <thead>
        <tr>
          <th scope="col">{texts.number}</th>
          <th scope="col">{texts.time}</th>
          <th scope="col">{texts.state}</th>
          <th scope="col">{texts.size}</th>
          <th scope="col">{texts.duration}</th>
        </tr>
      </thead>
      <tbody>
        {backups.map((backup) => (
          <tr key={backup.startedAt + backup.number}>
            <th scope="row" data-label={texts.number}>
              {formats.number(backup.number)}
            </th>
            <td data-label={texts.time} class="short">
              <time dateTime={backup.startedAt}>{formats.dateTime(backup.startedAt)}</time>
            </td>
            <td data-label={texts.state}>
              {backup.reason === 'copy-missing' ? texts.copyMissing : texts.states[backup.status]}
              {backup.status !== 'done' && (
                <SaidText operation="backup" code={backup.reason} message={backup.message} />
              )}
            </td>
            <td data-label={texts.size} class="short">
              {backup.bytes === null ? '–' : formats.bytes(backup.bytes)}
            </td>
            <td data-label={texts.duration} class="short">
              {backup.durationMs === null ? '–' : formats.duration(backup.durationMs)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
