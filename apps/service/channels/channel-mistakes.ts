import { randomUUID } from 'node:crypto';
import { isHttpAddress } from '#notify/is-http-address.ts';
import type { ChannelSettings } from '#settings/channel-settings.ts';
import { editConf } from '#settings/edit-conf.ts';
import type { Mistake } from '#settings/mistakes.ts';
import { nameMistake } from '#settings/name-mistake.ts';
import { parseSettings } from '#settings/parse/parse-settings.ts';
import type { Settings } from '#settings/settings.ts';
import { writtenValues } from '#settings/written-values.ts';
import { authorityMistake } from './authority-mistake.ts';
import { channelEdits } from './channel-edits.ts';
import type { WantedChannel } from './wanted-channel.ts';
import type { Wrong } from './wrong-value.ts';

/**
 * What is wrong with a channel, all at once, each with its key; `name` for the section's own, `secret` for what was
 * typed as such. `conf` is the valid one of before, `place` where the new secret will be.
 */
export async function channelMistakes(
  wanted: WantedChannel,
  conf: { text: string; settings: Settings; place: string },
): Promise<Mistake[]> {
  const { settings } = conf;
  const wrongName = wanted.isNew ? nameWrong(wanted, settings) : undefined;
  // The other values are looked at all the same.
  const section = `${wanted.kind} ${wrongName === undefined ? wanted.name : randomUUID()}`;
  const text = editConf(conf.text, channelEdits(wanted, { ...conf, section }));
  const parsed = parseSettings(text, settings);
  const before = settings.channels.find((channel) => titleOf(channel) === section);
  const after = parsed.ok
    ? parsed.settings.channels.find((channel) => titleOf(channel) === section)
    : undefined;
  const own = [
    wrongName,
    secretWrong(wanted),
    aloneWrong(wanted, writtenValues(text, section)),
    elsewhereWrong(wanted, before, after),
    await authorityMistake(wanted.values['tls_ca'], settings.system.root),
  ].filter((wrong) => wrong !== undefined);
  const title = `[${wanted.kind} ${wanted.name}]`;
  const placed = own.map(({ key, found, allowed }) => ({
    line: 0,
    section: title,
    key,
    text: `${title} ${key}: found ${found}, allowed is ${allowed}`,
  }));
  const parsers = parsed.ok ? [] : parsed.mistakes.map((mistake) => replaced(mistake, title));
  // Account and password are one matter to the parser, too.
  const pair = (key: string | undefined) => (key === 'user' ? 'secret' : key);
  const isSaid = (key: string | undefined) => own.some((wrong) => pair(wrong.key) === pair(key));
  return [...placed, ...parsers.filter(({ key }) => !isSaid(key))];
}

function titleOf({ kind, name }: Pick<ChannelSettings, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function nameWrong({ kind, name }: WantedChannel, { channels }: Settings): Wrong | undefined {
  if (name === '') return { key: 'name', found: 'no name', allowed: 'letters, digits, _, - and spaces' };
  const mistake = nameMistake(kind, name);
  if (mistake !== undefined) return { key: 'name', ...mistake };
  const same = (text: string) => text.normalize('NFC').toLowerCase();
  const isTaken = channels.some((other) => other.kind === kind && same(other.name) === same(name));
  if (!isTaken) return undefined;
  return {
    key: 'name',
    found: `a ${kind} of this name already`,
    allowed: 'a name of its own, in any case of letters',
  };
}

function secretWrong({ kind, secret, isNew }: WantedChannel): Wrong | undefined {
  const wrong = (found: string, allowed: string) => ({ key: 'secret', found, allowed });
  if (kind === 'mail') {
    if (secret == null || /^[^\p{Cc}\uFEFF]+$/u.test(secret)) return undefined;
    return wrong(secret === '' ? 'nothing' : 'something else', 'a password on one line');
  }
  const allowed = 'an http or https address without a user in it (https://example.org/hook)';
  if (secret === undefined && !isNew) return undefined;
  if (!secret) return wrong('nothing', allowed);
  return isHttpAddress(secret) && !/\p{Cc}/u.test(secret) ? undefined : wrong('something else', allowed);
}

function aloneWrong({ kind }: WantedChannel, written: Record<string, string>): Wrong | undefined {
  if (kind !== 'mail') return undefined;
  const hasPassword = 'password_file' in written || 'password_env' in written;
  if (written['user'] && !hasPassword) {
    return { key: 'secret', found: 'no password', allowed: 'the password of this mail account' };
  }
  if (!hasPassword || written['user'] !== undefined) return undefined;
  return { key: 'user', found: 'a password without its account', allowed: 'the name of the mail account' };
}

/** Whoever leads a mail account elsewhere would otherwise be told its password there. */
function elsewhereWrong(
  { secret }: WantedChannel,
  before: ChannelSettings | undefined,
  after: ChannelSettings | undefined,
): Wrong | undefined {
  if (before?.kind !== 'mail' || after?.kind !== 'mail') return undefined;
  if (secret !== undefined || before.password === undefined || after.password === undefined) return undefined;
  const keys = ['host', 'port', 'tls', 'ca', 'verify'] as const;
  if (keys.every((key) => before[key] === after[key])) return undefined;
  return {
    key: 'secret',
    found: 'none for what the connection to the server is now',
    allowed: 'the password once more: it goes nowhere else than it was given for',
  };
}

/** The parser's words, with what the page calls the place of a secret. */
function replaced({ key, text, rule }: Mistake, title: string): Mistake {
  const named = key !== undefined && /^(url|password)_(file|env)$/.test(key) ? 'secret' : key;
  const words = text.slice(text.indexOf(': found ') + 2);
  return { line: 0, section: title, key: named, text: `${title} ${named}: ${words}`, rule };
}
