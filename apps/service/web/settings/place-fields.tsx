import { useApi } from '../api/use-api.ts';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { SecondPlaceFields } from './second-place-fields.tsx';

/** Where archives go, how small they are made and what they are called. */
export function PlaceFields({ draft, change, errors }: FieldsProps) {
  const { t } = useTexts();
  const { settings: texts } = t;
  // Where a tenant's archives lie the operator's profile says.
  const isTenant = useApi().me.tenant !== null;
  return (
    <fieldset class="group">
      <legend>{texts.place}</legend>
      <TextField
        label={texts.path}
        help={isTenant ? undefined : texts.pathHelp}
        value={draft.path}
        disabled={isTenant}
        error={errors['path']}
        change={(path) => change({ path })}
      />
      {!isTenant && <SecondPlaceFields draft={draft} change={change} errors={errors} />}
      <ChoiceField
        label={texts.compression}
        value={draft.compression}
        choices={texts.compressions}
        error={errors['compression']}
        change={(compression) => change({ compression })}
      />
      <ChoiceField
        label={texts.naming}
        value={draft.naming}
        choices={texts.namings}
        error={errors['naming']}
        change={(naming) => change({ naming })}
      />
      {draft.naming === 'calendar' && (
        <TextField
          label={texts.prefix}
          help={texts.prefixHelp}
          value={draft.prefix}
          error={errors['prefix']}
          change={(prefix) => change({ prefix })}
        />
      )}
    </fieldset>
  );
}
