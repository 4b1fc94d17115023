import { byteWriter } from './bytes.ts';
import type { Column, Value } from './column-types.ts';
import {
  CHANGED,
  DONE,
  type ServerMessage,
  writeChanged,
  writeColumns,
  writeDone,
  writeMessage,
  writeReturnStatus,
  writeRow,
} from './write-tokens.ts';

/** What a statement was, in its DONE (recorded from SQL Server 2022). */
export const COMMAND = {
  select: 0xc1,
  backup: 228,
  restore: 229,
  list: 230,
  header: 250,
  files: 376,
} as const;

/** The answer to one batch or call, built statement by statement. */
export interface Reply {
  /** Aborted by an attention, by KILL, and when the client is gone. */
  readonly signal: AbortSignal;
  message(message: ServerMessage): void;
  columns(columns: readonly Column[]): void;
  row(values: readonly Value[]): void;
  /** Ends a statement. */
  done(count?: number, command?: number): void;
  changeDatabase(now: string, before: string): void;
  /** Sends what there is, as BACKUP WITH STATS does; throws the signal's reason if it is aborted. */
  flush(): Promise<void>;
  /** Bytes that wait to be sent. */
  readonly waiting: number;
}

export interface ReplyInProgress extends Reply {
  /** The end of the message: what is still to be sent. */
  end(): Buffer;
  acknowledgeReset(): void;
}

export function createReply(o: {
  server: string;
  /** A procedure call ends its statements differently. */
  isCall: boolean;
  signal: AbortSignal;
  send(part: Buffer): Promise<void>;
}): ReplyInProgress {
  const out = byteWriter();
  let columns: readonly Column[] = [];
  let failed = false;
  let everFailed = false;
  let unsent: { status: number; count: bigint; command: number } | undefined;
  // Whether more follows stands in a DONE, so it is written when that is known.
  const settle = (more: boolean): void => {
    if (!unsent) return;
    const status = unsent.status | (more || o.isCall ? DONE.more : 0);
    writeDone(out, o.isCall ? 'inside' : 'batch', { ...unsent, status });
    unsent = undefined;
  };
  const reply: ReplyInProgress = {
    signal: o.signal,
    message(message) {
      settle(true);
      writeMessage(out, message, o.server);
      if (message.severity > 10) {
        failed = true;
        everFailed = true;
      }
    },
    columns(list) {
      settle(true);
      columns = list;
      writeColumns(out, list);
    },
    row(values) {
      writeRow(out, columns, values);
    },
    done(count, command = COMMAND.select) {
      settle(true);
      const status = (failed ? DONE.error : 0) | (count === undefined ? 0 : DONE.count);
      unsent = { status, count: BigInt(count ?? 0), command };
      failed = false;
    },
    changeDatabase(now, before) {
      settle(true);
      writeChanged(out, CHANGED.database, now, before);
    },
    acknowledgeReset() {
      writeChanged(out, CHANGED.reset, '', '');
    },
    async flush() {
      o.signal.throwIfAborted();
      settle(true);
      if (out.size > 0) await o.send(out.take());
      o.signal.throwIfAborted();
    },
    get waiting() {
      return out.size;
    },
    end() {
      if (failed || (!unsent && !o.isCall)) reply.done();
      settle(false);
      if (o.isCall) {
        writeReturnStatus(out, everFailed ? 1 : 0);
        writeDone(out, 'procedure', {
          status: everFailed ? DONE.error : 0,
          command: COMMAND.select,
          count: 0n,
        });
      }
      return out.take();
    },
  };
  return reply;
}
