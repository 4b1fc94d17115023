import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** TN-12: where copies lie besides, and how many. */
export function SecondPlaceFields(props: FieldsProps) {
  const texts = useTexts().t.settings;
  const { text } = tiedFields(props);
  return (
    <>
      <TextField label={texts.secondPath} help={texts.secondPathHelp} {...text('secondPath')} />
      {props.draft.secondPath.trim() !== '' && (
        <TextField numeric label={texts.secondKeep} help={texts.secondKeepHelp} {...text('secondKeep')} />
      )}
    </>
  );
}
