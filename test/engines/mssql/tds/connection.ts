import type { Socket } from 'node:net';
import { byteWriter } from './bytes.ts';
import { COLLATION } from './column-types.ts';
import { challengeNtlm, type NtlmAnswer, type NtlmChallenge } from './ntlm.ts';
import { framePackets, type Message, PACKET, packetReader } from './packets.ts';
import { answerPrelogin, type Encryption, type Version } from './prelogin.ts';
import { type Login, readLogin } from './read-login.ts';
import { type Argument, readBatch, readCall } from './read-rpc.ts';
import { createReply, type Reply } from './reply.ts';
import { type Certificate, openTlsTunnel, type TlsTunnel } from './tls-tunnel.ts';
import {
  CHANGED,
  DONE,
  type ServerMessage,
  writeChanged,
  writeDone,
  writeLoginAck,
  writeMessage,
  writeSspi,
} from './write-tokens.ts';

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
  /** Puts an end to it without a word, as a broken line does. */
  cut(): void;
  /** Sends these bytes as they are, in the middle of whatever is going on. */
  sendRaw(bytes: Buffer): void;
  /** Interrupts what runs, as KILL does, and closes. */
  kill(): void;
}

const FIRST_PACKET_SIZE = 4096;
const ATTENTION = new Error('attention');
const GONE = new Error('the client is gone');

export function serveConnection(socket: Socket, spid: number, handler: TdsHandler): Connection {
  const packets = packetReader();
  let tunnel: TlsTunnel | undefined;
  let loginOnly = false;
  let packetSize = FIRST_PACKET_SIZE;
  let signedIn = false;
  let challenge: { sent: NtlmChallenge; login: Login } | undefined;
  let running: AbortController | undefined;
  let queue: Promise<void> = Promise.resolve();
  let gone = false;

  const close = (): void => {
    if (gone) return;
    gone = true;
    running?.abort(GONE);
    socket.destroy();
    handler.closed(connection);
  };
  const connection: Connection = {
    spid,
    get encrypted() {
      return tunnel !== undefined;
    },
    cut: close,
    sendRaw: (bytes) => write(bytes, () => {}),
    kill() {
      running?.abort(GONE);
      close();
    },
  };
  const write = (bytes: Buffer, sent: () => void): void => {
    if (gone || socket.destroyed) sent();
    else if (tunnel) tunnel.write(bytes, sent);
    else socket.write(bytes, () => sent());
  };
  const send = (body: Buffer, last = true): Promise<void> =>
    new Promise((sent) =>
      write(framePackets({ type: PACKET.reply, body, packetSize, session: spid, last }), sent),
    );

  const receive = (bytes: Buffer): void => {
    let messages: Message[];
    try {
      messages = packets.push(bytes);
    } catch {
      close();
      return;
    }
    for (const message of messages) {
      // An attention does not wait for its turn: it is about what runs now.
      if (message.type === PACKET.attention) running?.abort(ATTENTION);
      queue = queue.then(() => answer(message)).catch(fail);
    }
  };
  const fail = (error: unknown): void => {
    if (!gone) handler.failed(error);
    close();
  };

  const answer = async ({ type, body }: Message): Promise<void> => {
    if (gone) return;
    if (type === PACKET.attention) await send(doneOnly(DONE.attention));
    else if (type === PACKET.prelogin) await prelogin(body);
    else if (type === PACKET.login) await login(readLogin(body));
    else if (type === PACKET.sspi && challenge) await secondLeg(body);
    else if (!signedIn) close();
    else if (type === PACKET.batch) await run(readBatch(body), [], false);
    else if (type === PACKET.rpc) await call(body);
    else throw new Error(`the test server takes no message of type ${type}`);
  };

  const prelogin = async (body: Buffer): Promise<void> => {
    const { reply, tls } = answerPrelogin(body, handler.encryption, handler.version);
    await send(reply);
    if (tls === 'none') return;
    if (!handler.certificate) throw new Error('encryption needs a certificate');
    loginOnly = tls === 'login';
    const opened = openTlsTunnel({
      certificate: handler.certificate,
      send: (bytes, sent) => {
        if (gone) sent();
        else socket.write(bytes, () => sent());
      },
      received: receive,
      failed: close,
    });
    tunnel = opened;
    const rest = packets.rest();
    if (rest.length > 0) opened.push(rest);
  };

  const login = async (asked: Login): Promise<void> => {
    // Only the login itself was encrypted: the answer is not, nor anything after it.
    if (loginOnly) tunnel = undefined;
    if (asked.sspi.length === 0) {
      await finishLogin(asked, undefined);
    } else if (handler.domain === undefined) {
      await refuse([untrustedDomain()]);
    } else {
      const sent = challengeNtlm(handler.domain);
      challenge = { sent, login: asked };
      const out = byteWriter();
      writeSspi(out, sent.message);
      await send(out.take());
    }
  };
  const secondLeg = async (body: Buffer): Promise<void> => {
    const pending = challenge as NonNullable<typeof challenge>;
    challenge = undefined;
    await finishLogin(pending.login, pending.sent.answer(body));
  };
  const finishLogin = async (asked: Login, domainUser: NtlmAnswer | undefined): Promise<void> => {
    const result = handler.signIn(asked, connection, domainUser);
    if ('refused' in result) {
      await refuse(result.refused);
      return;
    }
    signedIn = true;
    const size = Math.min(Math.max(asked.packetSize || FIRST_PACKET_SIZE, 512), 32_767);
    await send(loginAnswer(asked, result.database, size, handler));
    packetSize = size;
  };
  const refuse = async (messages: ServerMessage[]): Promise<void> => {
    const out = byteWriter();
    for (const message of messages) writeMessage(out, message, handler.name);
    writeDone(out, 'batch', { status: DONE.error, command: 0, count: 0n });
    await send(out.take());
    socket.end();
  };

  const call = async (body: Buffer): Promise<void> => {
    const { procedure, arguments: given } = readCall(body);
    if (procedure !== 'sp_executesql') throw new Error(`the test server has no call of ${procedure}`);
    await run(String(given[0]?.value ?? ''), given.slice(2), true);
  };
  const run = async (sql: string, parameters: readonly Argument[], isCall: boolean): Promise<void> => {
    const controller = new AbortController();
    running = controller;
    const reply = createReply({
      server: handler.name,
      isCall,
      signal: controller.signal,
      send: (part) => send(part, false),
    });
    try {
      await handler.run(sql, parameters, connection, reply);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      running = undefined;
    }
    // What was interrupted ends its own message; the attention is acknowledged in another.
    await send(controller.signal.aborted ? doneOnly(DONE.error) : reply.end());
  };

  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => (tunnel ? tunnel.push(bytes) : receive(bytes)));
  socket.on('error', close);
  socket.on('close', close);
  return connection;
}

function doneOnly(status: number): Buffer {
  const out = byteWriter();
  writeDone(out, 'batch', { status, command: 253, count: 0n });
  return out.take();
}

function untrustedDomain(): ServerMessage {
  return {
    number: 18452,
    severity: 14,
    state: 1,
    text: 'Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication.',
  };
}

function loginAnswer(login: Login, database: string, packetSize: number, handler: TdsHandler): Buffer {
  const TDS_7_4 = 0x74000004;
  const out = byteWriter();
  const info = (number: number, state: number, text: string): void =>
    writeMessage(out, { number, severity: 0, state, text }, handler.name);
  writeChanged(out, CHANGED.database, database, 'master');
  info(5701, 2, `Changed database context to '${database}'.`);
  writeChanged(out, CHANGED.collation, COLLATION, Buffer.alloc(0));
  writeChanged(out, CHANGED.language, 'us_english', '');
  info(5703, 1, 'Changed language setting to us_english.');
  writeLoginAck(out, Math.min(login.tdsVersion, TDS_7_4), handler.version);
  writeChanged(out, CHANGED.packetSize, String(packetSize), String(FIRST_PACKET_SIZE));
  writeDone(out, 'batch', { status: 0, command: 0, count: 0n });
  return out.take();
}
