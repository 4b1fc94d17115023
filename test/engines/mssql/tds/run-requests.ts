import { byteWriter } from './bytes.ts';
import type { Connection, TdsHandler } from './handler.ts';
import { type Message, PACKET } from './packets.ts';
import { type Argument, readBatch, readCall } from './read-rpc.ts';
import { createReply } from './reply.ts';
import { DONE, writeDone } from './write-tokens.ts';

/** A connection after its login: one request after the other. */
export interface Requests {
  answer(message: Message): Promise<void>;
  /** The client wants what runs to end; the answer to the attention itself comes in its turn. */
  attention(): void;
  /** Ends what runs at once, as nobody waits for its answer any longer. */
  interrupt(): void;
}

const LONGEST_TIMER = 2 ** 31 - 1;

export function runRequests(o: {
  handler: TdsHandler;
  connection: Connection;
  send(part: Buffer, last?: boolean): Promise<void>;
}): Requests {
  let running: AbortController | undefined;

  const run = async (
    sql: string,
    parameters: readonly Argument[],
    { isCall, resets }: { isCall: boolean; resets: boolean },
  ): Promise<void> => {
    const controller = new AbortController();
    running = controller;
    const { signal } = controller;
    const reply = createReply({
      server: o.handler.name,
      isCall,
      signal,
      send: (part) => o.send(part, false),
    });
    if (resets) {
      o.handler.reset(o.connection);
      reply.acknowledgeReset();
    }
    try {
      await o.handler.run(sql, parameters, o.connection, reply);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      running = undefined;
    }
    // What was interrupted ends its own message; the attention is acknowledged in another.
    await o.send(signal.aborted ? doneOnly(DONE.error) : reply.end());
  };

  return {
    async answer({ type, body, ignored, resets }) {
      if (type === PACKET.attention) await o.send(doneOnly(DONE.attention));
      else if (ignored) await o.send(doneOnly(DONE.error));
      else if (type === PACKET.batch) await run(readBatch(body), [], { isCall: false, resets });
      else if (type === PACKET.rpc) {
        const { procedure, arguments: given } = readCall(body);
        if (procedure !== 'sp_executesql') throw new Error(`the test server has no call of ${procedure}`);
        await run(String(given[0]?.value ?? ''), given.slice(2), { isCall: true, resets });
      } else throw new Error(`the test server takes no message of type ${type}`);
    },
    attention() {
      const about = running;
      const delay = o.handler.attentionDelay();
      if (delay === 0) about?.abort(new Error('attention'));
      else if (delay < LONGEST_TIMER) setTimeout(() => about?.abort(new Error('attention')), delay);
    },
    interrupt() {
      running?.abort(new Error('the connection is gone'));
    },
  };
}

function doneOnly(status: number): Buffer {
  const out = byteWriter();
  writeDone(out, 'batch', { status, command: 253, count: 0n });
  return out.take();
}
