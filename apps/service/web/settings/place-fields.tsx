import { useApi } from '../api/use-api.ts';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { SecondPlaceFields } from './second-place-fields.tsx';
import { tiedFields } from './tied-fields.ts';

/** Where archives go, how small they are made and what they are called. */
export function PlaceFields(props: FieldsProps) {
  const texts = useTexts().t.settings;
  const { text } = tiedFields(props);
  // Where a tenant's archives lie the operator's profile says.
  const isTenant = useApi().me.tenant !== null;
  const pathHelp = isTenant ? undefined : texts.pathHelp;
  return (
    <fieldset class="group">
      <legend>{texts.place}</legend>
      <TextField label={texts.path} help={pathHelp} disabled={isTenant} {...text('path')} />
      {!isTenant && <SecondPlaceFields {...props} />}
      <ChoiceField label={texts.compression} choices={texts.compressions} {...text('compression')} />
      <ChoiceField label={texts.naming} choices={texts.namings} {...text('naming')} />
      {props.draft.naming === 'calendar' && (
        <TextField label={texts.prefix} help={texts.prefixHelp} {...text('prefix')} />
      )}
    </fieldset>
  );
}
