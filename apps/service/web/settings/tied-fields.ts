import type { Draft } from './draft.ts';
import type { FieldsProps } from './fields-props.ts';

type KeysOf<Value> = { [Key in keyof Draft]: Draft[Key] extends Value ? Key : never }[keyof Draft];

/** Ties fields to keys of the draft: what stands there, what the service says is wrong with it, and how it changes. */
export function tiedFields({ draft, change, errors }: FieldsProps) {
  return {
    text: (key: KeysOf<string>) => ({
      value: draft[key],
      error: errors[confKey(key)],
      change: (value: string) => change({ [key]: value }),
    }),
    check: (key: KeysOf<boolean>) => ({
      checked: draft[key],
      change: (checked: boolean) => change({ [key]: checked }),
    }),
  };
}

/** `keepDays` of the draft is `keep_days` in sysbackup.conf. */
function confKey(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
