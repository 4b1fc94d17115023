import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';

/** TN-12: where copies lie besides, and how many. */
export function SecondPlaceFields({ draft, change, errors }: FieldsProps) {
  const { t } = useTexts();
  const { settings: texts } = t;
  return (
    <>
      <TextField
        label={texts.secondPath}
        help={texts.secondPathHelp}
        value={draft.secondPath}
        error={errors['second_path']}
        change={(secondPath) => change({ secondPath })}
      />
      {draft.secondPath.trim() !== '' && (
        <TextField
          numeric
          label={texts.secondKeep}
          help={texts.secondKeepHelp}
          value={draft.secondKeep}
          error={errors['second_keep']}
          change={(secondKeep) => change({ secondKeep })}
        />
      )}
    </>
  );
}
