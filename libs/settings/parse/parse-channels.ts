import {
  type ChannelSettings,
  type MailSettings,
  NOTICES,
  type Notice,
  type PingSettings,
  type WebhookSettings,
} from '../channel-settings.ts';
import { quote } from '../quote.ts';
import type { SecretSource } from '../secret-source.ts';
import type { SectionReader } from '../section-reader.ts';
import { parseSecret } from './parse-secret.ts';

/** `[webhook NAME]`, `[mail NAME]`, `[ping NAME]`: where notifications go. */
export const CHANNEL_PARSERS: Record<ChannelSettings['kind'], (section: SectionReader) => ChannelSettings> = {
  webhook: parseWebhook,
  mail: parseMail,
  ping: parsePing,
};

function parseWebhook(section: SectionReader): WebhookSettings {
  return { kind: 'webhook', name: section.name, url: parseUrl(section), on: parseNotices(section) };
}

function parsePing(section: SectionReader): PingSettings {
  return {
    kind: 'ping',
    name: section.name,
    url: parseUrl(section),
    start: parseEnding(section, 'start', '/start'),
    success: parseEnding(section, 'success', ''),
    fail: parseEnding(section, 'fail', '/fail'),
  };
}

function parseUrl(section: SectionReader): SecretSource {
  const url = parseSecret(section, 'url');
  if (!section.has('url_file') && !section.has('url_env')) {
    section.mistake('url_file', 'neither url_file nor url_env', 'one of the two (required)');
  }
  return url ?? { from: 'environment', variable: '' };
}

function parseEnding(
  section: SectionReader,
  key: 'start' | 'success' | 'fail',
  otherwise: string,
): string | undefined {
  const rule = {
    allowed: 'what is put behind the address, from a / or ? or & on (/fail), or none',
    pattern: /^(none|[/?&][\x21-\x7e]{0,200})$/i,
  };
  const text = section.text(key, rule) ?? otherwise;
  return text.toLowerCase() === 'none' ? undefined : text;
}

/** Success is told only to those who ask for it: mails that come every day are not read. */
function parseNotices(section: SectionReader): Notice[] {
  const allowed = `a comma list of ${NOTICES.join(', ')}`;
  const words = section.list('on', { comma: /,/, allowed });
  if (!section.has('on')) return NOTICES.filter((notice) => notice !== 'success');
  const unknown = words.find((word) => !isNotice(word));
  if (unknown !== undefined) section.mistake('on', quote(unknown), allowed);
  if (words.length === 0) section.mistake('on', 'nothing', allowed);
  return [...new Set(words.filter(isNotice))];
}

function isNotice(word: string): word is Notice {
  return (NOTICES as readonly string[]).includes(word);
}

function parseMail(section: SectionReader): MailSettings {
  const tls = section.choice('tls', ['starttls', 'yes', 'no'], 'starttls');
  const host = section.requiredText('host', {
    allowed: 'the host name or IP address of a mail server',
    pattern: /^[^\s/\\]+$/,
  });
  const mail: MailSettings = {
    kind: 'mail',
    name: section.name,
    host,
    port: section.wholeNumber('port', { from: 1, to: 65_535, otherwise: tls === 'yes' ? 465 : 587 }),
    tls,
    ca: section.path('tls_ca'),
    verify: section.yesNo('tls_verify', true),
    user: section.text('user', { allowed: 'the name of a mail account' }),
    password: parseSecret(section, 'password'),
    from: section.requiredText('from', ADDRESS),
    to: parseReceivers(section),
    on: parseNotices(section),
  };
  checkMail(section, mail);
  return mail;
}

const ADDRESS = { allowed: 'a mail address (backup@example.org)', pattern: /^[^\s@<>,;"]+@[^\s@<>,;"]+$/ };

function parseReceivers(section: SectionReader): string[] {
  const allowed = 'a comma list of mail addresses';
  const to = section.list('to', { comma: /,/, allowed });
  if (!section.has('to')) section.mistake('to', 'no such key', `${allowed} (required)`);
  const wrong = to.find((address) => !ADDRESS.pattern.test(address));
  if (wrong !== undefined) section.mistake('to', quote(wrong), allowed);
  return to;
}

const OWN_MACHINE = ['localhost', '127.0.0.1', '::1'];

function checkMail(section: SectionReader, mail: MailSettings): void {
  if ((mail.user === undefined) !== (mail.password === undefined)) {
    const alone = mail.user === undefined ? 'password_file' : 'user';
    section.mistake(alone, 'user or password alone', 'user and password_file (or password_env) together');
  }
  if (mail.tls === 'no' && mail.user !== undefined && !OWN_MACHINE.includes(mail.host)) {
    section.mistake('tls', 'a password that would go over the network in clear', 'starttls or yes');
  }
  for (const key of ['tls_ca', 'tls_verify'] as const) {
    if (mail.tls === 'no' && section.has(key))
      section.mistake(key, 'this key beside tls = no', 'one of the two');
  }
}
