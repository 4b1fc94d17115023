import type { Archive } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { useRun } from '../api/use-run.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { ArchiveActs } from './archive-acts.ts';
import { archivePath } from './archive-path.ts';
import { KeepActions } from './keep-actions.tsx';

/** What this person may do with this archive. */
export function ArchiveActions({ archive, ...acts }: ArchiveActs & { archive: Archive }) {
  const texts = useTexts().t.archives;
  const { api, may } = useApi();
  const { live, start } = useRun();
  const { file } = archive;
  const verify = () =>
    acts.act(async () => {
      await start(archivePath(file, 'verify'));
      return undefined;
    });
  return (
    <div class="actions">
      {may('operator') && (
        <button
          type="button"
          class="small outline"
          aria-label={texts.actionFor(texts.verify, file)}
          disabled={live !== undefined}
          onClick={verify}
        >
          {texts.verify}
        </button>
      )}
      {may('administrator') && (
        <>
          <a
            class="as-button small"
            aria-label={texts.actionFor(texts.download, file)}
            href={api.address(archivePath(file, 'file'))}
            download={file}
          >
            {texts.download}
          </a>
          {archive.here && <KeepActions archive={archive} {...acts} />}
        </>
      )}
    </div>
  );
}
