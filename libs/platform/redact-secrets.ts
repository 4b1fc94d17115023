/** What stands where a secret was. */
const MARK = '[secret]';
/** A shorter text is taken out only where it stands alone: anywhere else it would be a part of other words. */
const SHORT = 4;
/** Parts of an address that are shorter than this are names, not tokens. */
const TOKEN = 8;

/**
 * A function that takes these secrets out of any text: as they are, as JSON, an address or a header would write
 * them, and of addresses also their parts that may be tokens. Empty secrets are none.
 */
export function redactSecrets(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap(partsOf).flatMap(formsOf));
  // The longest first, so that what a part of it would leave is not seen.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  if (ordered.length === 0) return (text) => text;
  const pattern = new RegExp(ordered.map(patternOf).join('|'), 'gu');
  return (text) => text.replace(pattern, MARK);
}

function partsOf(secret: string): string[] {
  if (secret === '') return [];
  const url = /^https?:/i.test(secret) ? URL.parse(secret) : null;
  if (url === null) return [secret];
  const segments = url.pathname.split('/').filter((segment) => segment.length >= TOKEN);
  const values = [...url.searchParams.values()].filter((value) => value.length >= TOKEN);
  const beyondHost = url.pathname + url.search;
  const parts = [url.username, url.password, ...segments, ...values].filter((part) => part !== '');
  return [secret, url.href, ...(beyondHost.length >= TOKEN ? [beyondHost] : []), ...parts];
}

function formsOf(secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  if (secret.length < SHORT) return forms;
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [...forms, base64];
}

function patternOf(text: string): string {
  const literal = RegExp.escape(text);
  return text.length < SHORT ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal;
}
