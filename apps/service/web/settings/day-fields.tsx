import { ChecksField } from '../parts/checks-field.tsx';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { WEEKDAYS } from '../texts/formats.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** On which days of the week or the month, where the schedule goes by either. */
export function DayFields(props: FieldsProps) {
  const { t, formats } = useTexts();
  const { text } = tiedFields(props);
  const { interval, unit, frequency, weekdays } = props.draft;
  const days = Object.fromEntries(WEEKDAYS.map((day) => [day, formats.weekday(day)]));
  const hasDay = interval ? unit === 'months' : frequency === 'Monthly';
  return (
    <>
      {!interval && frequency === 'Weekly' && (
        <ChoiceField label={t.settings.weekday} choices={days} {...text('weekday')} />
      )}
      {interval && unit === 'weeks' && (
        <ChecksField
          legend={t.settings.weekdays}
          value={weekdays}
          names={days}
          error={props.errors['weekdays']}
          change={(chosen) => props.change({ weekdays: chosen })}
        />
      )}
      {hasDay && <TextField numeric label={t.settings.day} help={t.settings.dayHelp} {...text('day')} />}
    </>
  );
}
