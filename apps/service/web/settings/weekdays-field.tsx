import { useId } from 'preact/hooks';
import { CheckField } from '../parts/check-field.tsx';
import { WEEKDAYS } from '../texts/formats.ts';
import { useTexts } from '../texts/use-texts.ts';

/** One or more days of the week. */
export function WeekdaysField(props: {
  value: readonly string[];
  /** The reader's names by the English ones. */
  names: Record<string, string>;
  error: string | undefined;
  change: (days: readonly string[]) => void;
}) {
  const { t } = useTexts();
  const errorId = useId();
  const { value, names, error } = props;
  return (
    <fieldset class="days" aria-describedby={error === undefined ? undefined : errorId}>
      <legend>{t.settings.weekdays}</legend>
      {WEEKDAYS.map((day) => (
        <CheckField
          key={day}
          label={names[day] ?? day}
          checked={value.includes(day)}
          change={(checked) =>
            props.change(WEEKDAYS.filter((other) => (other === day ? checked : value.includes(other))))
          }
        />
      ))}
      {error !== undefined && (
        <small id={errorId} class="error">
          {error}
        </small>
      )}
    </fieldset>
  );
}
