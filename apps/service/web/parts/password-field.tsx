import type { FieldProps } from './field.tsx';
import { TextField } from './text-field.tsx';

/** A password that is asked for, or one that is chosen: the browser offers to fill in the one and to make up the other. */
export function PasswordField({
  isNew,
  ...props
}: FieldProps & { value: string; change: (value: string) => void; isNew?: boolean }) {
  const autocomplete = isNew ? 'new-password' : 'current-password';
  return <TextField {...props} isSecret autocomplete={autocomplete} required />;
}
