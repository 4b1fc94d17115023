import type { Disturbance, Interference, Moment, OrderedMessage } from './interfere.ts';
import type { ServerState } from './model.ts';
import type { Context } from './statement.ts';

export interface Fault {
  /** How often it happened; a test that ordered a fault checks that it did. */
  readonly fired: number;
  /** Takes it back; what is stalled by it goes on. */
  release(): void;
}

export interface FaultOptions {
  /** 'before' unless told otherwise; 'after' lets the statement do its work first. */
  at?: Moment;
  /** How many matching statements it befalls; 1 unless told otherwise. */
  times?: number;
}

/** What a test can order for the statements whose text matches a pattern. */
export interface FaultOrders {
  /** The statement fails with these messages, the cause first. */
  failNext(statement: RegExp, messages: readonly OrderedMessage[], options?: FaultOptions): Fault;
  /** The connection breaks without a word. */
  dropNext(statement: RegExp, options?: FaultOptions): Fault;
  /** Nothing more happens until `release`, a cancel, or the end of the connection. */
  stallNext(statement: RegExp, options?: FaultOptions): Fault;
  /** The answer goes on with bytes that are no TDS. */
  rubbishNext(statement: RegExp, options?: FaultOptions & { bytes?: Buffer }): Fault;
  /** The statement does its work, but this message of it, as 3014, is not sent. */
  omitNext(statement: RegExp, number: number, options?: FaultOptions): Fault;
  /** Calls the test, which may look at the server and change it. */
  callNext(
    statement: RegExp,
    action: (context: Context) => void | Promise<void>,
    options?: FaultOptions,
  ): Fault;
  /** The next login is refused with this number. */
  refuseNextLogin(number: number): void;
}

export function createFaultOrders(state: ServerState): FaultOrders {
  const order = (
    statement: RegExp,
    disturbance: Disturbance,
    { at = 'before', times = 1 }: FaultOptions = {},
    free: () => void = () => {},
  ): Fault => {
    const interference: Interference = { statement, at, disturbance, left: times, fired: 0 };
    state.interferences.push(interference);
    return {
      get fired() {
        return interference.fired;
      },
      release() {
        interference.left = 0;
        free();
      },
    };
  };
  return {
    failNext: (statement, messages, options) => order(statement, { do: 'fail', messages }, options),
    dropNext: (statement, options) => order(statement, { do: 'drop' }, options),
    stallNext(statement, options) {
      const { promise, resolve } = Promise.withResolvers<void>();
      return order(statement, { do: 'stall', released: promise }, options, resolve);
    },
    rubbishNext: (statement, options) =>
      order(statement, { do: 'rubbish', bytes: options?.bytes ?? Buffer.alloc(64, 0x5a) }, options),
    omitNext: (statement, number, options) => order(statement, { do: 'omit', number }, options),
    callNext: (statement, action, options) => order(statement, { do: 'call', action }, options),
    refuseNextLogin(number) {
      state.loginRefusals.push(number);
    },
  };
}
