import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface MailReceiver extends AsyncDisposable {
  readonly port: number;
  /** Each mail that was taken: who it is for and its whole text. */
  readonly mails: { to: string[]; text: string; tls: boolean; user: string | undefined }[];
}

export const MAIL_USER = 'backup@example.org';
export const MAIL_PASSWORD = 'pass "word" $HOME';

const tls = join(import.meta.dirname, '..', 'engines', 'mariadb', 'tls');

/** The authority of the receiver's certificate, which is made out to 127.0.0.1 and localhost. */
export const MAIL_AUTHORITY = join(tls, 'ca.pem');

/** A real mail server of this machine. It signs in MAIL_USER and refuses receivers whose address begins with `no`. */
export async function mailReceiver(options: SMTPServerOptions = {}): Promise<MailReceiver> {
  const mails: MailReceiver['mails'] = [];
  const server = new SMTPServer({
    key: readFileSync(join(tls, 'server.key')),
    cert: readFileSync(join(tls, 'server.pem')),
    authOptional: true,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) => {
      if (username === MAIL_USER && password === MAIL_PASSWORD) done(null, { user: username });
      else done(new Error(`wrong password ${password}`));
    },
    onRcptTo: ({ address }, _session, done) => {
      done(address.startsWith('no') ? new Error('nobody of this name') : null);
    },
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (chunk) => {
        text += chunk;
      });
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text, tls: session.secure, user: session.user });
        done();
      });
    },
    ...options,
  });
  // A client that breaks off is what some tests are about.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
