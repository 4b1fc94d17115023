import { useEffect, useRef, useState } from 'preact/hooks';
import type { WrittenValues } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { fieldErrors } from '../settings/field-errors.ts';
import { useTexts } from '../texts/use-texts.ts';
import { watchDraft, watchValue } from './watch-draft.ts';
import { WatchFields } from './watch-fields.tsx';

/** LB-10: how old the last good backup may become before an alarm is raised. */
export function WatchForm(props: { watch: WrittenValues; changed: () => Promise<void> }) {
  const reader = useTexts();
  const texts = reader.t.channels;
  const { api } = useApi();
  const { busy, failure, run } = useAction();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => watchDraft(props.watch));
  const [said, setSaid] = useState<string>();
  const error = fieldErrors(failure, reader, texts.allowed)['max_age'];
  useEffect(() => {
    if (error !== undefined) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [failure, error]);
  const submit = (event: Event) => {
    event.preventDefault();
    setSaid(undefined);
    void run(async () => {
      const values = { max_age: watchValue(draft, props.watch['max_age'] ?? null) };
      await api.send('PUT', 'api/watch', { values });
      await props.changed();
      setSaid(texts.watchSaved);
    });
  };
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <form ref={form} onSubmit={submit} noValidate class="group settings">
      <h2>{texts.watch}</h2>
      <WatchFields draft={draft} change={change} error={error} />
      {error === undefined && <FailureNotice failure={failure} />}
      {said !== undefined && failure === undefined && <Notice kind="good" live title={said} />}
      <button type="submit" class="small" aria-busy={busy}>
        {texts.apply}
      </button>
    </form>
  );
}
