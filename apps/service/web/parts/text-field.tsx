import { Field, type FieldProps } from './field.tsx';

/** A line of text. Numbers are text, too: what is wrong with one the service says, in the same words everywhere. */
export function TextField(
  props: FieldProps & {
    value: string;
    change: (value: string) => void;
    isSecret?: boolean;
    numeric?: boolean;
    autocomplete?: string;
    disabled?: boolean | undefined;
    required?: boolean;
  },
) {
  return (
    <Field label={props.label} help={props.help} error={props.error}>
      {(parts) => (
        <input
          {...parts}
          {...(props.isSecret ? { type: 'password' } : { type: 'text' })}
          inputMode={props.numeric ? 'numeric' : undefined}
          value={props.value}
          autocomplete={props.autocomplete ?? 'off'}
          spellcheck={false}
          disabled={props.disabled}
          required={props.required}
          onInput={(event) => props.change(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
