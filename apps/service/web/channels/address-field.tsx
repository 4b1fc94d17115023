import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { ChannelFieldsProps } from './channel-fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** Where a webhook or ping goes; what is known of it is never shown. */
export function AddressField(props: ChannelFieldsProps) {
  const { t } = useTexts();
  const help = props.isKnown ? t.channels.stays : t.channels.addressHelp;
  return <TextField label={t.channels.address} help={help} {...tiedFields(props).secret()} />;
}
