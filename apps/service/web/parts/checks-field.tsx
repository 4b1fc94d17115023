import { useId } from 'preact/hooks';
import { CheckField } from './check-field.tsx';

/** Any of several values, in the order of their names; what is wrong stands below them. */
export function ChecksField(props: {
  legend: string;
  value: readonly string[];
  /** What each is called in the reader's language. */
  names: Record<string, string>;
  error: string | undefined;
  change: (value: readonly string[]) => void;
}) {
  const errorId = useId();
  const { value, names, error } = props;
  const all = Object.entries(names);
  return (
    <fieldset class="days" aria-describedby={error === undefined ? undefined : errorId}>
      <legend>{props.legend}</legend>
      {all.map(([one, name]) => (
        <CheckField
          key={one}
          label={name}
          checked={value.includes(one)}
          change={(checked) =>
            props.change(
              all
                .map(([other]) => other)
                .filter((other) => (other === one ? checked : value.includes(other))),
            )
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
