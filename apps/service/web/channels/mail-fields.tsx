import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { ChannelFieldsProps } from './channel-fields-props.ts';
import { MailServerFields } from './mail-server-fields.tsx';
import { tiedFields } from './tied-fields.ts';

/** Who gets a mail from whom, the server that takes it, and who signs in there. */
export function MailFields(props: ChannelFieldsProps) {
  const texts = useTexts().t.channels;
  const { text, secret } = tiedFields(props);
  return (
    <>
      <TextField label={texts.to} help={texts.toHelp} {...text('to')} />
      <TextField label={texts.from} {...text('from')} />
      <MailServerFields {...props} />
      <div class="pair">
        <TextField label={texts.user} help={texts.userHelp} {...text('user')} />
        <TextField
          isSecret
          label={texts.password}
          help={props.isKnown ? texts.stays : undefined}
          autocomplete="new-password"
          {...secret()}
        />
      </div>
    </>
  );
}
