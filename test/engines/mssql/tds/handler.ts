import type { NtlmAnswer } from './ntlm.ts';
import type { Encryption, Version } from './prelogin.ts';
import type { Login } from './read-login.ts';
import type { Argument } from './read-rpc.ts';
import type { Reply } from './reply.ts';
import type { Certificate } from './tls-tunnel.ts';
import type { ServerMessage } from './write-tokens.ts';

/** What answers behind the wire. */
export interface TdsHandler {
  readonly name: string;
  readonly version: Version;
  readonly encryption: Encryption;
  readonly certificate: Certificate | undefined;
  /** Domain that NTLM logins are asked for; undefined refuses them. */
  readonly domain: string | undefined;
  /** The database that the session begins in, or why there is none. */
  signIn(login: Login, connection: Connection, domainUser: NtlmAnswer | undefined): SignedIn | Refused;
  /** Runs a batch, or the statement of a sp_executesql with its arguments. */
  run(sql: string, parameters: readonly Argument[], connection: Connection, reply: Reply): Promise<void>;
  /** The client wants its session as it was after the login. */
  reset(connection: Connection): void;
  /** Milliseconds from an attention to its effect; Infinity for never. */
  attentionDelay(): number;
  /** Takes what no statement should throw: a defect of the test server, or of the test. */
  failed(error: unknown): void;
  closed(connection: Connection): void;
}

export interface SignedIn {
  database: string;
}

export interface Refused {
  refused: ServerMessage[];
}

export interface Connection {
  /** Session id. */
  readonly spid: number;
  readonly encrypted: boolean;
  /** Puts an end to it without a word, as a broken line does and as KILL does; what runs is interrupted. */
  cut(): void;
  /** Sends these bytes as they are, in the middle of whatever is going on. */
  sendRaw(bytes: Buffer): void;
}
