import type { SecretSource } from './secret-source.ts';

/** What a channel may be told of; the order is that of the documentation. */
export const NOTICES = [
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

export type Notice = (typeof NOTICES)[number];

export type ChannelSettings = WebhookSettings | MailSettings | PingSettings;

export interface WebhookSettings {
  kind: 'webhook';
  name: string;
  url: SecretSource;
  on: Notice[];
}

export interface MailSettings {
  kind: 'mail';
  name: string;
  host: string;
  port: number;
  /** `starttls`: refused by us if the server does not offer it. `yes`: TLS from the first byte. */
  tls: 'starttls' | 'yes' | 'no';
  /** File of the certificate authority, PEM; undefined means those that Node.js trusts. */
  ca: string | undefined;
  verify: boolean;
  user: string | undefined;
  password: SecretSource | undefined;
  from: string;
  to: string[];
  on: Notice[];
}

/** The address of a dead-man monitor; the texts are put behind it. Undefined means that it is not asked. */
export interface PingSettings {
  kind: 'ping';
  name: string;
  url: SecretSource;
  start: string | undefined;
  success: string | undefined;
  fail: string | undefined;
}
