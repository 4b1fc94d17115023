import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';

/** How many archives stay, and for how long. */
export function KeepFields({ draft, change, errors }: FieldsProps) {
  const { t } = useTexts();
  const { settings: texts } = t;
  return (
    <fieldset class="group">
      <legend>{texts.keepTitle}</legend>
      <ChoiceField
        label={texts.keepBy}
        value={draft.keepBy}
        choices={texts.keepBys}
        change={(keepBy) => change({ keepBy })}
      />
      {draft.keepBy !== 'days' && (
        <TextField
          numeric
          label={texts.keep}
          help={texts.keepHelp}
          value={draft.keep}
          error={errors['keep']}
          change={(keep) => change({ keep })}
        />
      )}
      {draft.keepBy !== 'count' && (
        <TextField
          numeric
          label={texts.keepDays}
          help={texts.keepDaysHelp}
          value={draft.keepDays}
          error={errors['keep_days']}
          change={(keepDays) => change({ keepDays })}
        />
      )}
      <ChoiceField
        label={texts.deleteOld}
        value={draft.deleteOld}
        choices={texts.deleteOlds}
        error={errors['delete_old']}
        change={(deleteOld) => change({ deleteOld })}
      />
    </fieldset>
  );
}
