import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { AddressField } from './address-field.tsx';
import type { ChannelDraft } from './channel-draft.ts';
import type { ChannelFieldsProps } from './channel-fields-props.ts';
import { EventsField } from './events-field.tsx';
import { MailFields } from './mail-fields.tsx';
import { PingFields } from './ping-fields.tsx';

/** The fields of a channel of its kind; kind and name of one that is there stay. */
export function ChannelFields(props: ChannelFieldsProps) {
  const texts = useTexts().t.channels;
  const { draft, change, errors, isKnown } = props;
  const { kind, name } = draft;
  return (
    <>
      {!isKnown && (
        <>
          <ChoiceField
            label={texts.kind}
            value={kind}
            choices={texts.kinds}
            change={(chosen) => change({ kind: chosen as ChannelDraft['kind'], secret: '' })}
          />
          <TextField
            label={texts.name}
            value={name}
            error={errors['name']}
            change={(typed) => change({ name: typed })}
          />
        </>
      )}
      {kind === 'webhook' && <AddressField {...props} />}
      {kind === 'mail' && <MailFields {...props} />}
      {kind === 'ping' ? <PingFields {...props} /> : <EventsField {...props} />}
    </>
  );
}
