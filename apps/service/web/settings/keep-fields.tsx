import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** How many archives stay, and for how long. */
export function KeepFields(props: FieldsProps) {
  const texts = useTexts().t.settings;
  const { text } = tiedFields(props);
  const { keepBy } = props.draft;
  return (
    <fieldset class="group">
      <legend>{texts.keepTitle}</legend>
      <ChoiceField label={texts.keepBy} choices={texts.keepBys} {...text('keepBy')} />
      {keepBy !== 'days' && <TextField numeric label={texts.keep} help={texts.keepHelp} {...text('keep')} />}
      {keepBy !== 'count' && (
        <TextField numeric label={texts.keepDays} help={texts.keepDaysHelp} {...text('keepDays')} />
      )}
      <ChoiceField label={texts.deleteOld} choices={texts.deleteOlds} {...text('deleteOld')} />
    </fieldset>
  );
}
