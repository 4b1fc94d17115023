import { ChecksField } from '../parts/checks-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { ChannelFieldsProps } from './channel-fields-props.ts';

/** What a channel is told of. */
export function EventsField({ draft, change, errors }: ChannelFieldsProps) {
  const { t } = useTexts();
  return (
    <ChecksField
      legend={t.channels.on}
      value={draft.on}
      names={t.channels.events}
      error={errors['on']}
      change={(on) => change({ on })}
    />
  );
}
