import { LifeboatError } from '#platform/errors.ts';
import { quoteName } from '../../quote-name.ts';
import { isName, isSymbol, isWord, quotingOf, significant, type Token, tokens } from '../../tokens.ts';

const KINDS = [
  'TABLE',
  'VIEW',
  'TRIGGER',
  'PROCEDURE',
  'FUNCTION',
  'PACKAGE',
  'EVENT',
  'SEQUENCE',
  'USER',
  'ROLE',
  'DATABASE',
  'SCHEMA',
  'SERVER',
  'INDEX',
  'TABLESPACE',
];

/**
 * Statements of an archive are run with the rights of root, so each must be what its place says: `CREATE …
 * <kind> <name>` and nothing else. Throws `archive-hostile` otherwise.
 */
export function requireCreate(ddl: string, kind: string, name: string, sqlMode = ''): void {
  const list = significant(tokens(ddl, quotingOf(sqlMode)));
  const at = list.findIndex((token) => isWord(token, ...KINDS));
  const words = kind.split(' ');
  const kindFits = words.every((word, i) => isWord(list[at + i], word));
  let named = list[at + words.length];
  if (isSymbol(list[at + words.length + 1], '.')) named = list[at + words.length + 2];
  const nameFits = isName(named) && named.value.toLowerCase() === name.toLowerCase();
  if (isWord(list[0], 'CREATE') && kindFits && nameFits) return;
  throw new LifeboatError(
    'archive-hostile',
    `the archive holds a statement that does not create ${kind} ${name}`,
    {
      hint: 'the archive was changed or made by another program; restore nothing from it',
    },
  );
}

/** A trigger's text names its database if whoever wrote it did; in staging it must not. */
export function withoutTriggerDatabase(ddl: string, sqlMode: string): string {
  const all = tokens(ddl, quotingOf(sqlMode));
  const list = significant(all);
  const from = list.findIndex((token) => isWord(token, 'TRIGGER'));
  const to = list.findIndex((token, i) => i > from && isWord(token, 'FOR') && isWord(list[i + 1], 'EACH'));
  const dropped = new Set<Token>();
  for (let at = from; at < to; at++) {
    if (!isSymbol(list[at], '.')) continue;
    dropped.add(list[at - 1]!);
    dropped.add(list[at]!);
  }
  return all.map((token) => (dropped.has(token) ? '' : token.text)).join('');
}

/**
 * A definition that makes the object its maker's own. An object of an account that is not there, or has no
 * rights yet, cannot be used by the next one.
 */
export function withoutDefiner(ddl: string, sqlMode: string): string {
  return replaceDefiner(ddl, sqlMode, '');
}

/** A definition that makes the object that of `definer`, an account as the server lists it: `app@localhost`. */
export function withDefiner(ddl: string, definer: string, sqlMode: string): string {
  const at = definer.lastIndexOf('@');
  const [user, host] = at < 0 ? [definer, ''] : [definer.slice(0, at), definer.slice(at + 1)];
  const account = host === '' ? quoteName(user) : `${quoteName(user)}@${quoteName(host)}`;
  return replaceDefiner(ddl, sqlMode, `DEFINER=${account}`);
}

function replaceDefiner(ddl: string, sqlMode: string, by: string): string {
  const all = tokens(ddl, quotingOf(sqlMode));
  const list = significant(all);
  const at = list.findIndex((token, i) => isWord(token, 'DEFINER') && isSymbol(list[i + 1], '='));
  if (at < 0) return ddl;
  const length = isSymbol(list[at + 3], '@') ? 5 : 3;
  const dropped = new Set(list.slice(at, at + length));
  return all.map((token) => (token === list[at] ? by : dropped.has(token) ? '' : token.text)).join('');
}

/** The table that a trigger is on, without its database; undefined if the text is no trigger's. */
export function tableOfTrigger(ddl: string, sqlMode: string): string | undefined {
  const list = significant(tokens(ddl, quotingOf(sqlMode)));
  const each = list.findIndex((token, i) => isWord(token, 'FOR') && isWord(list[i + 1], 'EACH'));
  const table = list[each - 1];
  return each > 0 && isName(table) ? table.value : undefined;
}

/** CREATE OR REPLACE instead of CREATE. */
export function orReplace(ddl: string, sqlMode: string): string {
  const all = tokens(ddl, quotingOf(sqlMode));
  const create = all.findIndex((token) => isWord(token, 'CREATE'));
  return all.map((token, i) => (i === create ? 'CREATE OR REPLACE' : token.text)).join('');
}

/** An event's definition with its status replaced by DISABLE. */
export function disabledEvent(ddl: string, sqlMode: string): string {
  const all = tokens(ddl, quotingOf(sqlMode));
  const body = all.findIndex((token) => isWord(token, 'DO'));
  const status = all.findIndex((token, i) => i < body && isWord(token, 'ENABLE', 'DISABLE'));
  const text = all.map((token) => token.text);
  if (status < 0) return [...text.slice(0, body), 'DISABLE ', ...text.slice(body)].join('');
  const list = all.slice(status + 1, body).filter((token) => token.kind !== 'space');
  const onSlave = isWord(list[0], 'ON') && isWord(list[1], 'SLAVE', 'REPLICA');
  const next = onSlave ? all.indexOf(list[1]!) + 1 : status + 1;
  return [...text.slice(0, status), 'DISABLE', ...text.slice(next)].join('');
}
