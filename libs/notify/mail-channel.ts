import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { oneLine } from '#platform/one-line.ts';
import type { Channel, Notice, NoticeKind } from './notice.ts';
import { noticeText } from './notice-text.ts';
import { sendFailure } from './send-failure.ts';
import { wantsNotice } from './wants-notice.ts';

export interface MailOptions {
  name: string;
  on: readonly NoticeKind[];
  host: string;
  port: number;
  /** `starttls`: nothing is sent to a server that does not offer it. */
  tls: 'starttls' | 'yes' | 'no';
  /** File of the certificate authority, PEM. */
  ca: string | undefined;
  verify: boolean;
  user: string | undefined;
  readPassword: () => Promise<string | undefined>;
  from: string;
  to: readonly string[];
}

const TIME_LIMIT = 20;

/** A mail of plain text to each address. */
export function mailChannel(options: MailOptions): Channel {
  const id = `mail ${options.name}`;
  return {
    id,
    wants: (kind) => wantsNotice(options.on, kind),
    latestOnly: false,
    waits: [60, 300, 1800, 7200],
    timeLimit: TIME_LIMIT,
    async send(notice, signal) {
      const password = await options.readPassword();
      try {
        const refused = await sendMail(options, password, notice, signal);
        return refused.map((address) => `the server took the mail, but not for ${address}`);
      } catch (error) {
        throw sendFailure(id, error, password === undefined ? [] : [password]);
      }
    },
  };
}

/** Resolves with the addresses that the server refused while it took others. */
async function sendMail(
  options: MailOptions,
  password: string | undefined,
  notice: Notice,
  signal: AbortSignal,
): Promise<string[]> {
  const { createTransport } = await import('nodemailer');
  const limit = TIME_LIMIT * 1000;
  const ca = options.ca === undefined ? {} : { ca: await readAuthority(options.ca) };
  signal.throwIfAborted();
  const transport = createTransport({
    host: options.host,
    port: options.port,
    secure: options.tls === 'yes',
    requireTLS: options.tls === 'starttls',
    ignoreTLS: options.tls === 'no',
    tls: { rejectUnauthorized: options.verify, ...ca },
    ...(options.user === undefined ? {} : { auth: { user: options.user, pass: password ?? '' } }),
    connectionTimeout: limit,
    greetingTimeout: limit,
    socketTimeout: limit,
    dnsTimeout: limit,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const sent = await Promise.race([transport.sendMail(mailOf(options, notice)), stopped]);
    return sent.rejected;
  } finally {
    signal.removeEventListener('abort', stop);
    transport.close();
  }
}

async function readAuthority(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new LifeboatError(
      'notify-failed',
      `cannot read ${file}: ${systemErrorCode(cause) ?? 'unknown error'}`,
      {
        hint: 'it is named by tls_ca; the user that runs lifeboat must be able to read it',
      },
    );
  }
}

/** The same event has the same message id: a mail server or program can drop a second one. */
function mailOf(options: MailOptions, notice: Notice): Record<string, unknown> {
  const unique = createHash('sha256').update(`${notice.system.id} ${notice.id}`).digest('hex').slice(0, 32);
  return {
    from: options.from,
    to: [...options.to],
    subject: oneLine(notice.title),
    text: noticeText(notice),
    messageId: `<${unique}@lifeboat.${options.from.split('@')[1]}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Lifeboat-Event': notice.kind },
  };
}
