import { CheckField } from '../parts/check-field.tsx';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** What becomes of a backup that failed. */
export function FailureFields(props: FieldsProps) {
  const texts = useTexts().t.settings;
  const { text, check } = tiedFields(props);
  const { retry, cancel } = props.draft;
  // One key of the conf is three fields here: what is wrong with it stands beside the one that was typed into.
  const error = props.errors['retry'];
  return (
    <fieldset class="group">
      <legend>{texts.failures}</legend>
      <ChoiceField
        label={texts.retry}
        choices={texts.retries}
        {...text('retry')}
        error={retry === 'next' ? error : undefined}
      />
      {retry === 'wait' && (
        <div class="pair">
          <TextField
            numeric
            label={texts.retryCount}
            help={texts.retryHelp}
            {...text('retryCount')}
            error={error}
          />
          <ChoiceField label={texts.retryUnit} choices={texts.retryUnits} {...text('retryUnit')} />
        </div>
      )}
      <CheckField isSwitch label={texts.cancel} {...check('cancel')} />
      {cancel && (
        <TextField numeric label={texts.cancelAfter} help={texts.cancelAfterHelp} {...text('cancelAfter')} />
      )}
    </fieldset>
  );
}
