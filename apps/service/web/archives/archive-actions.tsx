import type { Archive } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { useRun } from '../api/use-run.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { ArchiveActs } from './archive-acts.ts';
import { archivePath } from './archive-path.ts';

/** What this person may do with this archive. */
export function ArchiveActions({ archive, act, askDelete, askPin }: ArchiveActs & { archive: Archive }) {
  const { t } = useTexts();
  const { api, may } = useApi();
  const { live, start } = useRun();
  const { archives: texts } = t;
  const { file } = archive;
  const named = (action: string) => ({ 'aria-label': texts.actionFor(action, file) });
  const verify = () =>
    act(async () => {
      await start(archivePath(file, 'verify'));
      return undefined;
    });
  const release = () =>
    act(async () => {
      await api.send('POST', archivePath(file, 'release'), {});
      return texts.releasedNow(file);
    });
  return (
    <div class="actions">
      {may('operator') && (
        <button
          type="button"
          class="small outline"
          {...named(texts.verify)}
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
            {...named(texts.download)}
            href={api.address(archivePath(file, 'file'))}
            download={file}
          >
            {texts.download}
          </a>
          {archive.own &&
            archive.here &&
            (archive.pinned ? (
              <button type="button" class="small outline" {...named(texts.release)} onClick={release}>
                {texts.release}
              </button>
            ) : (
              <button
                type="button"
                class="small outline"
                {...named(texts.pin)}
                onClick={() => askPin(archive)}
              >
                {texts.pin}
              </button>
            ))}
          {archive.here && (
            <button
              type="button"
              class="small outline danger"
              {...named(texts.delete)}
              onClick={() => askDelete(archive)}
            >
              {texts.delete}
            </button>
          )}
        </>
      )}
    </div>
  );
}
