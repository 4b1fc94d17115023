import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';

/** How much of the server a run takes. */
export function LoadFields({ draft, change, errors }: FieldsProps) {
  const { t } = useTexts();
  const { settings: texts } = t;
  return (
    <fieldset class="group">
      <legend>{texts.load}</legend>
      <TextField
        numeric
        label={texts.nice}
        help={texts.niceHelp}
        value={draft.nice}
        error={errors['nice']}
        change={(nice) => change({ nice })}
      />
      <TextField
        numeric
        label={texts.ioLimit}
        help={texts.ioLimitHelp}
        value={draft.ioLimit}
        error={errors['io_limit']}
        change={(ioLimit) => change({ ioLimit })}
      />
    </fieldset>
  );
}
