import { serverMessage } from '../sql/server-message.ts';
import { SqlFailure } from '../sql/sql-failure.ts';
import type { Context } from './statement.ts';

/** When it happens: before the statement, after it was done, or when so many percent of BACKUP or RESTORE are done. */
export type Moment = 'before' | 'after' | number;

/** A number, or a number with what stands in the places of its text. */
export type OrderedMessage = number | readonly [number: number, ...values: (string | number)[]];

export type Disturbance =
  | { do: 'fail'; messages: readonly OrderedMessage[] }
  /** The connection ends without a word. */
  | { do: 'drop' }
  /** Nothing more happens until `release`, an attention, or the end of the connection. */
  | { do: 'stall'; released: Promise<void> }
  /** Bytes that are no TDS, in the middle of the answer. */
  | { do: 'rubbish'; bytes: Buffer }
  /** This message is not sent. */
  | { do: 'omit'; number: number }
  | { do: 'call'; action(context: Context): void | Promise<void> };

export interface Interference {
  readonly statement: RegExp;
  readonly at: Moment;
  readonly disturbance: Disturbance;
  left: number;
  fired: number;
}

/** Lets happen what a test ordered for this statement and moment. */
export async function interfere(context: Context, at: 'before' | 'after', percent?: number): Promise<void> {
  const sql = context.session.request?.sql ?? '';
  for (const order of context.state.interferences) {
    const due = percent === undefined ? order.at === at : typeof order.at === 'number' && percent >= order.at;
    if (order.left === 0 || !due || !order.statement.test(sql)) continue;
    order.left--;
    order.fired++;
    await disturb(context, order.disturbance, sql);
  }
}

async function disturb(context: Context, disturbance: Disturbance, sql: string): Promise<void> {
  const { connection } = context.session;
  switch (disturbance.do) {
    case 'fail':
      throw new SqlFailure(disturbance.messages.map((message) => fill(message, sql)));
    case 'drop':
      connection.cut();
      context.reply.signal.throwIfAborted();
      return;
    case 'rubbish':
      connection.sendRaw(disturbance.bytes);
      return;
    case 'omit':
      context.session.request?.omitted.add(disturbance.number);
      return;
    case 'stall':
      await Promise.race([disturbance.released, aborted(context.reply.signal)]);
      context.reply.signal.throwIfAborted();
      return;
    case 'call':
      await disturbance.action(context);
      context.reply.signal.throwIfAborted();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Messages about devices have a path in their first place, all others a name; both stand in the statement. */
const ABOUT_DEVICES = new Set([3201, 3202, 3203, 3241]);

function fill(message: OrderedMessage, sql: string) {
  if (typeof message !== 'number') return serverMessage(...message);
  const path = /N?'((?:[^']|'')*)'/i.exec(sql)?.[1]?.replaceAll("''", "'") ?? '?';
  const name = /\[((?:[^\]]|\]\])*)\]/.exec(sql)?.[1]?.replaceAll(']]', ']') ?? '?';
  const verb = /^\s*restore/i.test(sql) ? 'RESTORE DATABASE' : 'BACKUP DATABASE';
  if (message === 3013) return serverMessage(3013, verb);
  if (message === 262) return serverMessage(262, verb, name);
  return ABOUT_DEVICES.has(message)
    ? serverMessage(message, path, '5(Access is denied.)')
    : serverMessage(message, name, path, name, path);
}
