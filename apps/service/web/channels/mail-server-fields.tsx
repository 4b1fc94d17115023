import { CheckField } from '../parts/check-field.tsx';
import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { ChannelFieldsProps } from './channel-fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** The mail server, and how the way to it is protected. */
export function MailServerFields(props: ChannelFieldsProps) {
  const texts = useTexts().t.channels;
  const { text, check } = tiedFields(props);
  return (
    <>
      <div class="pair">
        <TextField label={texts.host} {...text('host')} />
        <TextField numeric label={texts.port} help={texts.portHelp} {...text('port')} />
      </div>
      <ChoiceField label={texts.tls} choices={texts.tlses} {...text('tls')} />
      {props.draft.values['tls'] !== 'no' && (
        <>
          <CheckField label={texts.verify} {...check('tls_verify')} />
          <TextField label={texts.authority} help={texts.authorityHelp} {...text('tls_ca')} />
        </>
      )}
    </>
  );
}
