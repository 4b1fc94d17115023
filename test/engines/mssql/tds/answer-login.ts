import { byteWriter } from './bytes.ts';
import { COLLATION } from './column-types.ts';
import type { Connection, TdsHandler } from './handler.ts';
import { challengeNtlm, type NtlmAnswer, type NtlmChallenge } from './ntlm.ts';
import { type Message, PACKET } from './packets.ts';
import { answerPrelogin } from './prelogin.ts';
import { type Login, readLogin } from './read-login.ts';
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

/** A connection until its login. */
export interface LoginExchange {
  readonly signedIn: boolean;
  /** Agreed on by the login; the smallest that every client takes before. */
  readonly packetSize: number;
  answer(message: Message): Promise<void>;
}

const FIRST_PACKET_SIZE = 4096;

export function answerLogin(o: {
  handler: TdsHandler;
  connection: Connection;
  send(body: Buffer): Promise<void>;
  startTls(): void;
  endTls(): void;
  hangUp(): void;
}): LoginExchange {
  const { handler } = o;
  let loginOnly = false;
  let signedIn = false;
  let packetSize = FIRST_PACKET_SIZE;
  let pending: { challenge: NtlmChallenge; login: Login } | undefined;

  const prelogin = async (body: Buffer): Promise<void> => {
    const { reply, tls } = answerPrelogin(body, handler.encryption, handler.version);
    await o.send(reply);
    loginOnly = tls === 'login';
    if (tls !== 'none') o.startTls();
  };
  const login = async (asked: Login): Promise<void> => {
    // Only the login itself was encrypted: the answer is not, nor anything after it.
    if (loginOnly) o.endTls();
    if (asked.sspi.length === 0) {
      await finish(asked, undefined);
    } else if (handler.domain === undefined) {
      await refuse([UNTRUSTED_DOMAIN]);
    } else {
      const challenge = challengeNtlm(handler.domain);
      pending = { challenge, login: asked };
      const out = byteWriter();
      writeSspi(out, challenge.message);
      await o.send(out.take());
    }
  };
  const finish = async (asked: Login, domainUser: NtlmAnswer | undefined): Promise<void> => {
    const result = handler.signIn(asked, o.connection, domainUser);
    if ('refused' in result) {
      await refuse(result.refused);
      return;
    }
    const size = Math.min(Math.max(asked.packetSize || FIRST_PACKET_SIZE, 512), 32_767);
    signedIn = true;
    await o.send(acceptance(asked, result.database, size, handler));
    packetSize = size;
  };
  const refuse = async (messages: readonly ServerMessage[]): Promise<void> => {
    const out = byteWriter();
    for (const message of messages) writeMessage(out, message, handler.name);
    writeDone(out, 'batch', { status: DONE.error, command: 0, count: 0n });
    await o.send(out.take());
    o.hangUp();
  };

  return {
    get signedIn() {
      return signedIn;
    },
    get packetSize() {
      return packetSize;
    },
    async answer({ type, body }) {
      if (type === PACKET.prelogin) await prelogin(body);
      else if (type === PACKET.login) await login(readLogin(body));
      else if (type === PACKET.sspi && pending) {
        await finish(pending.login, pending.challenge.answer(body));
      } else o.hangUp();
    },
  };
}

const UNTRUSTED_DOMAIN: ServerMessage = {
  number: 18452,
  severity: 14,
  state: 1,
  text: 'Login failed. The login is from an untrusted domain and cannot be used with Integrated authentication.',
};

function acceptance(login: Login, database: string, packetSize: number, handler: TdsHandler): Buffer {
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
