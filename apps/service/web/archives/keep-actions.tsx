import type { Archive } from '../api/answers.ts';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { ArchiveActs } from './archive-acts.ts';
import { archivePath } from './archive-path.ts';

/** Whether an archive stays: kept from the rotation, released to it, or deleted. Only a system's own can be kept. */
export function KeepActions({ archive, act, askDelete, askPin }: ArchiveActs & { archive: Archive }) {
  const texts = useTexts().t.archives;
  const { api } = useApi();
  const { file, own, pinned } = archive;
  const release = () =>
    act(async () => {
      await api.send('POST', archivePath(file, 'release'), {});
      return texts.releasedNow(file);
    });
  const button = (text: string, style: string, onClick: () => void) => (
    <button type="button" class={style} aria-label={texts.actionFor(text, file)} onClick={onClick}>
      {text}
    </button>
  );
  return (
    <>
      {own && pinned && button(texts.release, 'small outline', release)}
      {own && !pinned && button(texts.pin, 'small outline', () => askPin(archive))}
      {button(texts.delete, 'small outline danger', () => askDelete(archive))}
    </>
  );
}
