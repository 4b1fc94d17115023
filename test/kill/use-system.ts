import mysql from 'mysql2/promise';
import type { KillSystem } from './kill-system.ts';

/** The password of the account that the product signs in with is another one in each state. */
const PASSWORDS = { archived: 'app', changed: 'another' };

/**
 * Uses the system as its product would: signs in, reads by views, fires triggers, calls a routine, runs into a foreign
 * key. Leaves nothing. Throws if any of it does not work.
 */
export async function useSystem({ server }: KillSystem, live: keyof typeof PASSWORDS): Promise<void> {
  const root = await server.connect();
  try {
    await root.query('START TRANSACTION');
    await root.query('SELECT * FROM ac.z_doors');
    await root.query('SELECT * FROM ta.over_both');
    await root.query('CALL ac.tidy()');
    await root.query('DELETE FROM ta.shift');
    await refused(root, 'INSERT INTO ta.shift VALUES (9, 12345)', 1452);
    await root.query("UPDATE ac.user SET note = 'in use'");
    await root.query('ROLLBACK');
  } finally {
    root.destroy();
  }
  const app = await mysql.createConnection({
    socketPath: server.socket,
    user: 'app',
    password: PASSWORDS[live],
  });
  try {
    await app.query('SELECT COUNT(*) FROM ac.door');
    await refused(app, 'SELECT * FROM mysql.global_priv', 1142);
  } finally {
    app.destroy();
  }
}

async function refused(connection: mysql.Connection, statement: string, errno: number): Promise<void> {
  try {
    await connection.query(statement);
  } catch (error) {
    if (error instanceof Error && 'errno' in error && error.errno === errno) return;
    throw error;
  }
  throw new Error(`the server took ${statement}`);
}
