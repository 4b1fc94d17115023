import { CheckField } from '../parts/check-field.tsx';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { WEEKDAYS } from '../texts/formats.ts';
import { useTexts } from '../texts/use-texts.ts';
import type { FieldsProps } from './fields-props.ts';
import { WeekdaysField } from './weekdays-field.tsx';

/** When backups run by themselves. Only what the chosen schedule goes by is shown. */
export function ScheduleFields({ draft, change, errors }: FieldsProps) {
  const { t, formats } = useTexts();
  const { settings: texts } = t;
  const { interval, unit, frequency } = draft;
  const hasTime = interval ? unit !== 'hours' : frequency !== 'Not Use';
  const hasDay = interval ? unit === 'months' : frequency === 'Monthly';
  const days = Object.fromEntries(WEEKDAYS.map((day) => [day, formats.weekday(day)]));
  return (
    <fieldset class="group">
      <legend>{texts.when}</legend>
      <ChoiceField
        label={texts.automation}
        value={draft.automation}
        choices={texts.automations}
        error={errors['automation']}
        change={(automation) => change({ automation })}
      />
      {!interval && (
        <ChoiceField
          label={texts.frequency}
          value={frequency}
          choices={texts.frequencies}
          error={errors['frequency']}
          change={(chosen) => change({ frequency: chosen })}
        />
      )}
      <CheckField
        isSwitch
        label={texts.interval}
        checked={interval}
        change={(chosen) => change({ interval: chosen })}
      />
      {interval && (
        <div class="pair">
          <TextField
            numeric
            label={texts.every}
            help={texts.everyHelp}
            value={draft.every}
            error={errors['every']}
            change={(every) => change({ every })}
          />
          <ChoiceField
            label={texts.unit}
            value={unit}
            choices={texts.units}
            change={(chosen) => change({ unit: chosen })}
          />
        </div>
      )}
      {hasTime && (
        <TextField
          label={texts.time}
          help={texts.timeHelp}
          value={draft.time}
          error={errors['time']}
          change={(time) => change({ time })}
        />
      )}
      {!interval && frequency === 'Weekly' && (
        <ChoiceField
          label={texts.weekday}
          value={draft.weekday}
          choices={days}
          error={errors['weekday']}
          change={(weekday) => change({ weekday })}
        />
      )}
      {interval && unit === 'weeks' && (
        <WeekdaysField
          value={draft.weekdays}
          names={days}
          error={errors['weekdays']}
          change={(weekdays) => change({ weekdays })}
        />
      )}
      {hasDay && (
        <TextField
          numeric
          label={texts.day}
          help={texts.dayHelp}
          value={draft.day}
          error={errors['day']}
          change={(day) => change({ day })}
        />
      )}
      <ChoiceField
        label={texts.missed}
        value={draft.missed}
        choices={texts.misseds}
        error={errors['missed']}
        change={(missed) => change({ missed })}
      />
      <CheckField
        isSwitch
        label={texts.onlyIfChanged}
        checked={draft.onlyIfChanged}
        change={(onlyIfChanged) => change({ onlyIfChanged })}
      />
    </fieldset>
  );
}
