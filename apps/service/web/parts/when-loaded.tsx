import type { ComponentChildren } from 'preact';
import type { Loaded } from '../api/use-loaded.ts';
import { useTexts } from '../texts/use-texts.ts';
import { FailureNotice } from './failure-notice.tsx';

/** Shows what was loaded, that it is still awaited, or why it cannot be had. */
export function WhenLoaded<Value>(props: {
  loaded: Loaded<Value>;
  children: (value: Value) => ComponentChildren;
}) {
  const { t } = useTexts();
  const { value, failure, reload } = props.loaded;
  return (
    <>
      <FailureNotice failure={failure} />
      {failure !== undefined && (
        <button type="button" class="small" onClick={() => void reload()}>
          {t.page.again}
        </button>
      )}
      {value === undefined && failure === undefined && <p aria-busy="true">{t.page.loading}</p>}
      {value !== undefined && props.children(value)}
    </>
  );
}
