import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { systemErrorCode } from '#platform/errors.ts';

/** Names of users and groups of this machine and their numbers, each asked for once. */
export interface OwnerNames {
  user(uid: number): Promise<string | undefined>;
  group(gid: number): Promise<string | undefined>;
  uid(user: string): Promise<number | undefined>;
  gid(group: string): Promise<number | undefined>;
}

/** Reads /etc/passwd and /etc/group, and asks getent for those kept elsewhere (LDAP). Knows nobody on Windows. */
export function ownerNames(): OwnerNames {
  const users = nameTable('/etc/passwd', 'passwd');
  const groups = nameTable('/etc/group', 'group');
  return {
    user: (uid) => users.name(uid),
    group: (gid) => groups.name(gid),
    uid: (user) => users.number(user),
    gid: (group) => groups.number(group),
  };
}

function nameTable(file: string, database: 'passwd' | 'group') {
  const names = new Map<number, Promise<string | undefined>>();
  const numbers = new Map<string, Promise<number | undefined>>();
  let local: Promise<Account[]> | undefined;

  async function find(key: string, matches: (account: Account) => boolean): Promise<Account | undefined> {
    local ??= readAccounts(file);
    return (await local).find(matches) ?? (await askGetent(database, key)).find(matches);
  }

  return {
    name(number: number): Promise<string | undefined> {
      const known = names.get(number);
      if (known) return known;
      const asked = find(String(number), (account) => account.number === number).then((found) => found?.name);
      names.set(number, asked);
      return asked;
    },
    number(name: string): Promise<number | undefined> {
      const known = numbers.get(name);
      if (known) return known;
      const asked = find(name, (account) => account.name === name).then((found) => found?.number);
      numbers.set(name, asked);
      return asked;
    },
  };
}

interface Account {
  name: string;
  number: number;
}

async function readAccounts(file: string): Promise<Account[]> {
  try {
    return parseAccounts(await readFile(file, 'utf8'));
  } catch (error) {
    // Not every platform has these files; names are then unknown and numbers stand alone.
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Lines of passwd and group both begin `name:password:number`. */
function parseAccounts(text: string): Account[] {
  return text.split('\n').flatMap((row) => {
    const [name, , number] = row.split(':');
    return name && number !== undefined && /^\d+$/.test(number) ? [{ name, number: Number(number) }] : [];
  });
}

const GETENT_LIMIT_MS = 5000;

function askGetent(database: string, key: string): Promise<Account[]> {
  // A name that reads as an option or a number is no question for getent.
  if (process.platform === 'win32' || key.startsWith('-')) return Promise.resolve([]);
  return new Promise((resolve) => {
    execFile('getent', [database, key], { timeout: GETENT_LIMIT_MS }, (error, stdout) =>
      // Status 2: no such account. No getent at all: the local files were everything.
      resolve(error ? [] : parseAccounts(stdout)),
    );
  });
}
