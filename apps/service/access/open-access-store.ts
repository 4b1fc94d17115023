import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPrivateFile } from '#platform/create-private-file.ts';
import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { privateFolder } from '#platform/private-folder.ts';
import { prepareAccessTables } from './prepare-access-tables.ts';
import type { Role } from './role.ts';

/** Whose account: a name is one person's within a tenant, and another's in the next. */
export interface AccountKey {
  name: string;
  /** Id of the tenant that it belongs to; null: the service's own system, and all tenants. */
  tenant: string | null;
}

export interface Account extends AccountKey {
  role: Role;
  /** As hashPassword made it; null until a password is chosen by a one-time code. */
  password: string | null;
}

export interface Token {
  id: string;
  /** What it was made for, in the words of whoever made it. */
  name: string;
  role: Role;
  /** Id of the tenant that it is good for; null: the service's own system, and all tenants. */
  tenant: string | null;
  /** SHA-256 of the secret, lower-case hex: the secret itself was shown once and is nowhere. */
  secret: string;
  madeBy: string;
  madeAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
}

/** A code that lets whoever has it choose a password, once. */
export interface Code {
  /** SHA-256, lower-case hex. */
  hash: string;
  /** Whose password; null: for an administrator under a name of his choice. */
  account: string | null;
  tenant: string | null;
  expiresAt: string;
}

/** Who may do what, kept in the state folder; each call is one transaction, also beside other programs. */
export interface AccessStore extends Disposable {
  accounts(): Account[];
  account(key: AccountKey): Account | undefined;
  /** Makes it, or replaces the one of that key. */
  saveAccount(account: Account): void;
  /** False if there is none. Codes that were made for it are of no use any more. */
  removeAccount(key: AccountKey): boolean;
  tokens(): Token[];
  tokenOf(secretHash: string): Token | undefined;
  addToken(token: Token): void;
  tokenUsed(id: string, at: string): void;
  removeToken(id: string): boolean;
  addCode(code: Code): void;
  /** Takes a tenant's code away and gives it back, so that it serves once, whoever comes at the same time. */
  takeCode(hash: string, tenant: string | null): Code | undefined;
}

/** Throws `state-unusable`. */
export async function openAccessStore(stateFolder: string): Promise<AccessStore> {
  const path = join(await privateFolder(join(stateFolder, 'access')), 'access.sqlite');
  const database = openPrivate(path);
  const all = <Row>(sql: string, ...values: (string | null)[]): Row[] =>
    database.prepare(sql).all(...values) as Row[];
  const one = <Row>(sql: string, ...values: (string | null)[]): Row | undefined =>
    all<Row>(sql, ...values)[0];
  const run = (sql: string, ...values: (string | null)[]): boolean =>
    Number(database.prepare(sql).run(...values).changes) > 0;
  return {
    accounts: () => all(`SELECT ${ACCOUNT} FROM person ORDER BY name, tenant`),
    account: ({ name, tenant }) =>
      one(`SELECT ${ACCOUNT} FROM person WHERE name = ? AND tenant IS ?`, name, tenant),
    saveAccount({ name, role, tenant, password }) {
      run('INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?)', name, role, tenant, password);
    },
    removeAccount({ name, tenant }) {
      run('DELETE FROM code WHERE account = ? AND tenant IS ?', name, tenant);
      return run('DELETE FROM person WHERE name = ? AND tenant IS ?', name, tenant);
    },
    tokens: () => all(`SELECT ${TOKEN} FROM token ORDER BY madeAt, id`),
    tokenOf: (secretHash) => one(`SELECT ${TOKEN} FROM token WHERE secret = ?`, secretHash),
    addToken(token) {
      const { id, name, role, tenant, secret, madeBy, madeAt, expiresAt, lastUsedAt } = token;
      const values = [id, name, role, tenant, secret, madeBy, madeAt, expiresAt, lastUsedAt];
      run('INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', ...values);
    },
    tokenUsed(id, at) {
      run('UPDATE token SET lastUsedAt = ? WHERE id = ?', at, id);
    },
    removeToken: (id) => run('DELETE FROM token WHERE id = ?', id),
    addCode({ hash, account, tenant, expiresAt }) {
      run('INSERT INTO code VALUES (?, ?, ?, ?)', hash, account, tenant, expiresAt);
    },
    takeCode: (hash, tenant) =>
      one(`DELETE FROM code WHERE hash = ? AND tenant IS ? RETURNING ${CODE}`, hash, tenant),
    [Symbol.dispose]: () => database.close(),
  };
}

const ACCOUNT = 'name, role, tenant, password';
const TOKEN = 'id, name, role, tenant, secret, madeBy, madeAt, expiresAt, lastUsedAt';
const CODE = 'hash, account, tenant, expiresAt';

/** How long another program that writes is waited for. */
const PATIENCE_MS = 5_000;

function openPrivate(path: string): DatabaseSync {
  try {
    createPrivateFile(path);
    const database = new DatabaseSync(path, { timeout: PATIENCE_MS });
    prepareAccessTables(database);
    return database;
  } catch (cause) {
    const reason = messageOf(cause);
    throw new LifeboatError('state-unusable', `cannot use ${path}, which says who may sign in: ${reason}`, {
      hint: 'the state folder must be writable for the user that runs lifeboat, and have room',
      cause,
    });
  }
}
