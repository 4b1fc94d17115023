import { useEffect, useRef, useState } from 'preact/hooks';
import type { Settings } from '../api/answers.ts';
import { useAction } from '../api/use-action.ts';
import { useApi } from '../api/use-api.ts';
import { FailureNotice } from '../parts/failure-notice.tsx';
import { Notice } from '../parts/notice.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { changesOf, type Draft, draftOf } from './draft.ts';
import { FailureFields } from './failure-fields.tsx';
import { fieldErrors } from './field-errors.ts';
import { KeepFields } from './keep-fields.tsx';
import { LoadFields } from './load-fields.tsx';
import { PlaceFields } from './place-fields.tsx';
import { ScheduleFields } from './schedule-fields.tsx';

/** All settings, saved together or not at all; what is wrong stands beside its field. */
export function SettingsForm(props: { values: Settings['values']; saved: () => Promise<void> }) {
  const reader = useTexts();
  const { t } = reader;
  const { api, may, me } = useApi();
  const action = useAction();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => draftOf(props.values));
  const [said, setSaid] = useState<string>();
  const submitted = useRef(draft);
  useEffect(() => {
    // What was typed since it was saved stays.
    setDraft((known) => (known === submitted.current ? draftOf(props.values) : known));
  }, [props.values]);
  const errors = fieldErrors(action.failure, reader);
  const count = Object.keys(errors).length;
  useEffect(() => {
    if (count > 0) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [action.failure, count]);

  const submit = (event: Event) => {
    event.preventDefault();
    setSaid(undefined);
    submitted.current = draft;
    const values = changesOf(draft, props.values);
    void action.run(async () => {
      const isChange = Object.keys(values).length > 0;
      if (isChange) await api.send('PUT', 'api/settings', { values });
      await props.saved();
      setSaid(isChange ? t.settings.saved : t.settings.unchanged);
    });
  };
  const fields = {
    draft,
    errors,
    change: (change: Partial<Draft>) => setDraft((known) => ({ ...known, ...change })),
  };
  return (
    <form ref={form} onSubmit={submit} noValidate class="settings">
      <fieldset disabled={!may('administrator')} class="all">
        <ScheduleFields {...fields} />
        <PlaceFields {...fields} />
        <KeepFields {...fields} />
        <FailureFields {...fields} />
        {me.tenant === null && <LoadFields {...fields} />}
      </fieldset>
      {count > 0 && <Notice kind="bad" live title={t.settings.wrong(count)} />}
      {count === 0 && <FailureNotice failure={action.failure} />}
      {said !== undefined && action.failure === undefined && <Notice kind="good" live title={said} />}
      {may('administrator') && (
        <div class="actions">
          <button type="submit" aria-busy={action.busy}>
            {t.settings.save}
          </button>
          <button type="button" class="secondary outline" onClick={() => setDraft(draftOf(props.values))}>
            {t.settings.reset}
          </button>
        </div>
      )}
    </form>
  );
}
