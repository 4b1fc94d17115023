import type { ChannelFieldsProps } from './channel-fields-props.ts';

/** Ties fields to keys of a channel, and to its secret: what stands there, what is wrong with it, how it changes. */
export function tiedFields({ draft, change, errors }: ChannelFieldsProps) {
  const set = (key: string, value: string) => change({ values: { ...draft.values, [key]: value } });
  return {
    text: (key: string) => ({
      value: draft.values[key] ?? '',
      error: errors[key],
      change: (value: string) => set(key, value),
    }),
    check: (key: string) => ({
      checked: draft.values[key] === 'yes',
      change: (checked: boolean) => set(key, checked ? 'yes' : 'no'),
    }),
    secret: () => ({
      value: draft.secret,
      error: errors['secret'],
      change: (secret: string) => change({ secret }),
    }),
  };
}
