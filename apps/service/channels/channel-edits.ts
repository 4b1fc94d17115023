import type { ConfChange } from '#settings/edit-conf.ts';
import type { WantedChannel } from './wanted-channel.ts';

/** Without a value for these the service says beside each field what belongs there. */
const REQUIRED = { webhook: [], mail: ['host', 'from', 'to'], ping: [] } as const;

/**
 * What of the conf has to change for a channel. `place` is where its new secret will be. A mail account that is taken
 * out takes its password along.
 */
export function channelEdits(
  { kind, isNew, values, secret }: WantedChannel,
  { section, place }: { section: string; place: string },
): ConfChange[] {
  const change = (key: string, value: string | null | undefined) => ({
    section,
    key,
    value: value ?? undefined,
  });
  const isGone = secret === null || (kind === 'mail' && secret === undefined && values['user'] === null);
  const what = kind === 'mail' ? 'password' : 'url';
  const places =
    secret == null && !isGone
      ? []
      : [change(`${what}_env`, undefined), change(`${what}_file`, isGone ? undefined : place)];
  const missing = isNew ? REQUIRED[kind].filter((key) => values[key] == null) : [];
  return [
    ...places,
    ...Object.entries(values).map(([key, value]) => change(key, value)),
    ...missing.map((key) => change(key, '')),
  ];
}
