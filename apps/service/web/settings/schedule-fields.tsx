import { CheckField } from '../parts/check-field.tsx';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { DayFields } from './day-fields.tsx';
import type { FieldsProps } from './fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** When backups run by themselves. Only what the chosen schedule goes by is shown. */
export function ScheduleFields(props: FieldsProps) {
  const texts = useTexts().t.settings;
  const { text, check } = tiedFields(props);
  const { interval, unit, frequency } = props.draft;
  const hasTime = interval ? unit !== 'hours' : frequency !== 'Not Use';
  return (
    <fieldset class="group">
      <legend>{texts.when}</legend>
      <ChoiceField label={texts.automation} choices={texts.automations} {...text('automation')} />
      {!interval && (
        <ChoiceField label={texts.frequency} choices={texts.frequencies} {...text('frequency')} />
      )}
      <CheckField isSwitch label={texts.interval} {...check('interval')} />
      {interval && (
        <div class="pair">
          <TextField numeric label={texts.every} help={texts.everyHelp} {...text('every')} />
          <ChoiceField label={texts.unit} choices={texts.units} {...text('unit')} />
        </div>
      )}
      {hasTime && <TextField label={texts.time} help={texts.timeHelp} {...text('time')} />}
      <DayFields {...props} />
      <ChoiceField label={texts.missed} choices={texts.misseds} {...text('missed')} />
      <CheckField isSwitch label={texts.onlyIfChanged} {...check('onlyIfChanged')} />
    </fieldset>
  );
}
