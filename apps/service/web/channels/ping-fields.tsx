import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { AddressField } from './address-field.tsx';
import type { ChannelFieldsProps } from './channel-fields-props.ts';
import { tiedFields } from './tied-fields.ts';

/** A dead-man monitor: its address, and what is put behind it when. */
export function PingFields(props: ChannelFieldsProps) {
  const { endings, endingHelps } = useTexts().t.channels;
  const { text } = tiedFields(props);
  return (
    <>
      <AddressField {...props} />
      {(['start', 'success', 'fail'] as const).map((key) => (
        <TextField key={key} label={endings[key]} help={endingHelps[key]} {...text(key)} />
      ))}
    </>
  );
}
