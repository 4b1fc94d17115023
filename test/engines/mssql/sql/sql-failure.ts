import type { ServerMessage } from '../tds/write-tokens.ts';
import { serverMessage } from './server-message.ts';

/** Ends a statement with one message or more, the cause first, as the real server sends them. */
export class SqlFailure extends Error {
  readonly messages: readonly ServerMessage[];
  /** Whether the rest of the batch is left out too. */
  readonly endsBatch: boolean;

  constructor(messages: readonly ServerMessage[], endsBatch = false) {
    super(messages.map(({ number, text }) => `${number}: ${text}`).join('; '));
    this.name = 'SqlFailure';
    this.messages = messages;
    this.endsBatch = endsBatch;
  }
}

/** The failure of a statement with one numbered message; `values` fill its places in order. */
export function refusal(number: number, ...values: readonly (string | number)[]): SqlFailure {
  return new SqlFailure([serverMessage(number, ...values)], ENDS_BATCH.has(number));
}

/** Unknown names and syntax errors end the batch; most other errors only their statement. */
const ENDS_BATCH = new Set([102, 105, 137, 156, 207, 208, 911, 4104]);
