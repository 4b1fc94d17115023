import type { Archive } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ArchiveActions } from './archive-actions.tsx';
import type { ArchiveActs } from './archive-acts.ts';
import { ArchiveState } from './archive-state.tsx';

/** One row for each archive; on a narrow screen one block for each. */
export function ArchiveTable({ archives, ...actions }: ArchiveActs & { archives: readonly Archive[] }) {
  const { t, formats } = useTexts();
  const { archives: texts } = t;
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">{texts.number}</th>
          <th scope="col">{texts.time}</th>
          <th scope="col">{texts.version}</th>
          <th scope="col">{texts.size}</th>
          <th scope="col">{texts.state}</th>
          <th scope="col">{texts.actions}</th>
        </tr>
      </thead>
      <tbody>
        {archives.map((archive) => (
          <tr key={archive.file}>
            <th scope="row" data-label={texts.number}>
              {archive.number === undefined ? '–' : formats.number(archive.number)}
            </th>
            <td data-label={texts.time}>
              {archive.startedAt === undefined ? (
                '–'
              ) : (
                <time dateTime={archive.startedAt}>{formats.dateTime(archive.startedAt)}</time>
              )}
              <small class="path">{archive.file}</small>
            </td>
            <td data-label={texts.version}>{archive.systemVersion ?? '–'}</td>
            <td data-label={texts.size} class="short">
              {formats.bytes(archive.bytes)}
            </td>
            <td data-label={texts.state}>
              <ArchiveState archive={archive} />
            </td>
            <td data-label={texts.actions}>
              <ArchiveActions archive={archive} {...actions} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
