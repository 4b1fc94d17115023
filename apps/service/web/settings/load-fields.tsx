import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** How much of the server a run takes. */
export function LoadFields(props: FieldsProps) {
  const texts = useTexts().t.settings;
  const { text } = tiedFields(props);
  return (
    <fieldset class="group">
      <legend>{texts.load}</legend>
      <TextField numeric label={texts.nice} help={texts.niceHelp} {...text('nice')} />
      <TextField numeric label={texts.ioLimit} help={texts.ioLimitHelp} {...text('ioLimit')} />
    </fieldset>
  );
}
