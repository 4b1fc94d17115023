import { oneLine } from '#platform/one-line.ts';
import type { Notice, NoticeKind } from './notice.ts';

/** The worst first. */
const ORDER: readonly NoticeKind[] = [
  'alert',
  'too-old',
  'drill-failed',
  'failure',
  'incomplete',
  'interrupted',
  'recovered',
  'drill-passed',
  'success',
];

/** So many are named in one message; what it costs to send and to read has an end. */
const NAMED = 100;
/** Of each so many characters. */
const TOLD = 300;

/**
 * One message in the place of many, about systems that one service serves: the worst of them first, each with its line.
 * Pure. `notices` has at least one.
 */
export function gatherNotices(notices: readonly [Notice, ...Notice[]], id: string, at: string): Notice {
  const sorted = notices.toSorted((a, b) => rank(a) - rank(b) || (a.at < b.at ? -1 : 1));
  const [worst = notices[0]] = sorted;
  const system = worst.service ?? worst.system;
  const named = sorted.slice(0, NAMED);
  const more = sorted.length - named.length;
  const counts = [...Map.groupBy(sorted, ({ kind }) => kind)].map(
    ([kind, { length }]) => `${length} ${kind}`,
  );
  return {
    id,
    at,
    kind: worst.kind,
    system,
    host: worst.host,
    title: `${system.name}: tenants: ${counts.join(', ')}`,
    message: [
      ...named.map(({ title, message }) => shortened(`${title}: ${asLine(message)}`)),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('\n'),
    hint: 'the page shows all tenants with something wrong, and so does GET /api/tenants?trouble=yes',
    gathered: named.map(({ kind, at: when, system: whose, message }) => ({
      ...{ kind, at: when, system: whose },
      message: shortened(asLine(message)),
    })),
  };
}

function rank({ kind }: Notice): number {
  const at = ORDER.indexOf(kind);
  return at < 0 ? ORDER.length : at;
}

function asLine(message: string): string {
  return message.split('\n').map(oneLine).join(' ');
}

function shortened(text: string): string {
  return text.length > TOLD ? `${text.slice(0, TOLD)}…` : text;
}
