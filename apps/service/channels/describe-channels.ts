import { CHANNEL_KEYS } from '#settings/channel-keys.ts';
import type { ChannelSettings } from '#settings/channel-settings.ts';
import { readConfText, settingsOf } from '#settings/read-settings.ts';
import { type TypedSecrets, typedSecrets } from '#settings/typed-secrets.ts';
import { writtenValues } from '#settings/written-values.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';

/** Who is notified, as the conf says it: values as they are written there, null where the default holds. */
export interface DescribedChannels {
  channels: DescribedChannel[];
  watch: Record<string, string | null>;
}

export interface DescribedChannel {
  kind: ChannelSettings['kind'];
  name: string;
  values: Record<string, string | null>;
  secret: SecretState;
}

/** Where a channel's secret stands; neither it nor its place is told: somebody may have written it for the place. */
export type SecretState = (typeof SECRET_STATES)[number];
export const SECRET_STATES = ['typed', 'file', 'environment', 'none'] as const;

export async function describeChannels({
  settings: { file },
  state,
  id,
}: ComposedSystem): Promise<DescribedChannels> {
  const text = await readConfText(file);
  const secrets = typedSecrets(state, id);
  return {
    channels: settingsOf(text, file).channels.map((channel) => {
      const { kind, name } = channel;
      const written = writtenValues(text, `${kind} ${name}`);
      const values = Object.fromEntries(CHANNEL_KEYS[kind].map((key) => [key, written[key] ?? null]));
      return { kind, name, values, secret: stateOf(channel, secrets) };
    }),
    watch: { max_age: writtenValues(text, 'watch')['max_age'] ?? null },
  };
}

function stateOf(channel: ChannelSettings, secrets: TypedSecrets): SecretState {
  const source = channel.kind === 'mail' ? channel.password : channel.url;
  if (source === undefined) return 'none';
  return secrets.holds(source) ? 'typed' : source.from;
}
