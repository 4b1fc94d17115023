import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** What the control of a field gets, so that label, help and error belong to it. */
export interface FieldParts {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
}

export interface FieldProps {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
}

/** A labelled control with its help, and what is wrong with it right beside it. */
export function Field(props: FieldProps & { children: (parts: FieldParts) => ComponentChildren }) {
  const { label, help, error } = props;
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {props.children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error === undefined ? undefined : 'true',
      })}
      {error !== undefined && (
        <small id={`${id}-error`} class="error">
          {error}
        </small>
      )}
      {help !== undefined && <small id={`${id}-help`}>{help}</small>}
    </div>
  );
}
