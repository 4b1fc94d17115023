import type { Status } from '../api/answers.ts';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** FD-02, FD-31: where archives lie, what they use, what is free and what the next one needs. */
export function Space({ status }: { status: Status }) {
  const { t, formats } = useTexts();
  const { usedBytes, freeBytes, neededBytes, place, archives, second } = status;
  const isLow = neededBytes != null && freeBytes !== null && neededBytes > freeBytes;
  const size = (bytes: number | null | undefined) => (bytes == null ? t.space.unknown : formats.bytes(bytes));
  return (
    <article class="card">
      <h2>{t.space.title}</h2>
      {isLow && <Notice kind="bad" title={t.space.low} />}
      <dl>
        <dt>{t.space.needed}</dt>
        <dd>{size(neededBytes)}</dd>
        <dt>{t.space.free}</dt>
        <dd>{size(freeBytes)}</dd>
        <dt>{t.space.used}</dt>
        <dd>
          {size(usedBytes)}
          {archives !== null && ` (${t.space.count(archives)})`}
        </dd>
        <dt class="whole">{t.space.place}</dt>
        <dd class="whole path">{place}</dd>
        {second !== null && (
          <>
            <dt class="whole">{t.space.second}</dt>
            <dd class="whole path">
              {second.place}
              <small>
                {t.space.copies(second.archives)}, {t.space.secondFree(formats.bytes(second.freeBytes))}
              </small>
            </dd>
          </>
        )}
      </dl>
      {usedBytes !== null && freeBytes !== null && (
        <progress value={usedBytes / Math.max(1, usedBytes + freeBytes)} max={1} aria-label={t.space.share} />
      )}
    </article>
  );
}
