import { CheckField } from '../parts/check-field.tsx';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';

/** What becomes of a backup that failed. */
export function FailureFields({ draft, change, errors }: FieldsProps) {
  const { t } = useTexts();
  const { settings: texts } = t;
  return (
    <fieldset class="group">
      <legend>{texts.failures}</legend>
      <ChoiceField
        label={texts.retry}
        value={draft.retry}
        choices={texts.retries}
        error={draft.retry === 'next' ? errors['retry'] : undefined}
        change={(retry) => change({ retry })}
      />
      {draft.retry === 'wait' && (
        <div class="pair">
          <TextField
            numeric
            label={texts.retryCount}
            help={texts.retryHelp}
            value={draft.retryCount}
            error={errors['retry']}
            change={(retryCount) => change({ retryCount })}
          />
          <ChoiceField
            label={texts.retryUnit}
            value={draft.retryUnit}
            choices={texts.retryUnits}
            change={(retryUnit) => change({ retryUnit })}
          />
        </div>
      )}
      <CheckField
        isSwitch
        label={texts.cancel}
        checked={draft.cancel}
        change={(cancel) => change({ cancel })}
      />
      {draft.cancel && (
        <TextField
          numeric
          label={texts.cancelAfter}
          help={texts.cancelAfterHelp}
          value={draft.cancelAfter}
          error={errors['cancel_after']}
          change={(cancelAfter) => change({ cancelAfter })}
        />
      )}
    </fieldset>
  );
}
