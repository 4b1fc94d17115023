import { Field, type FieldProps } from './field.tsx';

/** One of several values, each with what it is called in the reader's language. */
export function ChoiceField(
  props: FieldProps & {
    value: string;
    change: (value: string) => void;
    choices: Record<string, string>;
    disabled?: boolean | undefined;
  },
) {
  return (
    <Field label={props.label} help={props.help} error={props.error}>
      {(parts) => (
        <select
          {...parts}
          value={props.value}
          disabled={props.disabled}
          onChange={(event) => props.change(event.currentTarget.value)}
        >
          {Object.entries(props.choices).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
