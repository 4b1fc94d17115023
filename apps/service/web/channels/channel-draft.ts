import type { ChannelDetails, ChannelKind, WrittenValues } from '../api/answers.ts';

/** What stands in the form of a channel. */
export interface ChannelDraft {
  kind: ChannelKind;
  name: string;
  /** What was typed as its address or password; what is known is never shown. */
  secret: string;
  /** By the key of sysbackup.conf; empty where its default holds. */
  values: Record<string, string>;
  on: readonly string[];
}

/** What each kind may be told of, in the order of the documentation. */
export const EVENTS = [
  'success',
  'failure',
  'incomplete',
  'interrupted',
  'recovered',
  'alert',
  'too-old',
  'drill-failed',
  'drill-passed',
] as const;

const KEYS: Record<ChannelKind, readonly string[]> = {
  webhook: ['on'],
  mail: ['host', 'port', 'tls', 'tls_ca', 'tls_verify', 'user', 'from', 'to', 'on'],
  ping: ['start', 'success', 'fail'],
};

const REQUIRED = ['host', 'from', 'to'];

/** What holds where nothing is written. */
const DEFAULTS: Record<string, string> = {
  tls: 'starttls',
  tls_verify: 'yes',
  on: EVENTS.filter((event) => event !== 'success').join(', '),
};

/** The form as it shows a channel, or a new one. */
export function channelDraft(known: ChannelDetails | undefined): ChannelDraft {
  const values = known?.values ?? {};
  const shown = (key: string) => values[key] ?? DEFAULTS[key] ?? '';
  return {
    kind: known?.kind ?? 'webhook',
    name: known?.name ?? '',
    secret: '',
    values: {
      ...Object.fromEntries(Object.values(KEYS).flatMap((keys) => keys.map((key) => [key, shown(key)]))),
      // Words to choose from may be written in any case.
      tls: shown('tls').toLowerCase(),
      tls_verify: shown('tls_verify').toLowerCase(),
    },
    on: listOf(shown('on')),
  };
}

/** What the service is sent; keys that stay are not among the values. */
export function channelBody(
  draft: ChannelDraft,
  known: ChannelDetails | undefined,
): { values: WrittenValues; secret?: string } {
  const { kind, values, on, secret } = draft;
  const before = known?.values ?? {};
  const wanted = (key: string): string | null => {
    if (values['tls'] === 'no' && (key === 'tls_ca' || key === 'tls_verify')) return null;
    const text = key === 'on' ? on.join(', ') : (values[key] ?? '').trim();
    if (text === DEFAULTS[key] && before[key] == null) return null;
    return REQUIRED.includes(key) || key === 'on' ? text : text || null;
  };
  const isSame = (key: string, text: string | null) => {
    const known = before[key] ?? null;
    return text === (key === 'on' && known !== null ? listOf(known).join(', ') : known);
  };
  const changed = KEYS[kind]
    .map((key) => [key, wanted(key)] as const)
    .filter(([key, text]) => !isSame(key, text));
  const isMissing = known === undefined && kind !== 'mail';
  const typed = kind === 'mail' ? secret : secret.trim();
  return { values: Object.fromEntries(changed), ...((typed !== '' || isMissing) && { secret: typed }) };
}

/** In the order of the documentation, whatever order they are written in. */
function listOf(written: string): string[] {
  const words = written.split(',').map((word) => word.trim());
  return EVENTS.filter((event) => words.includes(event));
}
