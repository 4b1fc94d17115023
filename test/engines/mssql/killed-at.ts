import type { Context } from './server/statement.ts';
import type { TestMssql } from './start-mssql.ts';

/** What the driver says by itself for each session. */
const OURS = /^(?!set )/;

export interface Killed {
  /** The statement at which the program ended; undefined: it came to its end. */
  sql: string | undefined;
  error: { code?: string } | undefined;
}

export interface KillOptions {
  /** Of all statements, or of those that match `statement`; from 0. */
  number: number;
  when: 'before' | 'after';
  statement?: RegExp;
  forGood?: boolean;
}

/**
 * Lets a program run until the statement of this number; nobody of it gets through any more, but for one sign-in that is
 * refused. `forGood`: all of them are, until the program has ended.
 */
export async function killedAt(
  server: TestMssql,
  { number, when, statement = OURS, forGood = false }: KillOptions,
  work: () => Promise<unknown>,
): Promise<Killed> {
  let count = 0;
  let sql: string | undefined;
  const order = server.callNext(
    statement,
    (context: Context) => {
      count += 1;
      if (count !== number + 1) return;
      sql = context.session.request?.sql;
      for (let refused = 0; refused < (forGood ? MANY : 1); refused += 1) server.refuseNextLogin(18456);
      for (const session of server.state.sessions.values()) session.connection.cut();
    },
    { at: when, times: Number.POSITIVE_INFINITY },
  );
  try {
    await work();
    return { sql, error: undefined };
  } catch (error) {
    return { sql, error: error as { code?: string } };
  } finally {
    order.release();
    if (forGood) server.state.loginRefusals.length = 0;
  }
}

const MANY = 100;
