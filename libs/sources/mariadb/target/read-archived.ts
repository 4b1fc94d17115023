import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '../../restore-target.ts';
import type { ComponentRecord } from '../../source.ts';
import type { AccountObjects, DatabaseObjects } from '../format.ts';
import { requireCreate } from './objects/object-ddl.ts';

/** More definitions than this would not fit into the memory a restore may take. */
const MOST_BYTES = 96 << 20;

const identifier = z.string().min(1).max(256);
const charset = z.string().regex(/^[A-Za-z0-9_]+$/);
const decimal = z.string().regex(/^-?\d+$/);
const context = z.object({
  sqlMode: z.string().regex(/^[A-Za-z0-9_,]*$/),
  charsetClient: charset,
  collationConnection: charset,
  databaseCollation: charset.optional(),
  timeZone: z.string().optional(),
});
const code = z.object({ name: identifier, ddl: z.string().min(1), definer: z.string(), context });
const column = z.object({
  name: identifier,
  as: z.enum(['plain', 'number', 'set', 'single', 'float', 'text']),
});
const table = z.object({
  name: identifier,
  engine: z.string(),
  ddl: z.string().min(1),
  hasRows: z.boolean(),
  systemVersioned: z.boolean(),
  columns: z.array(column),
  orderBy: z.array(identifier),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  members: z.array(z.string()),
  autoIncrement: decimal.optional(),
});
const databaseObjects = z.object({
  database: identifier,
  charset,
  collation: charset,
  comment: z.string().max(4096).optional(),
  tables: z.array(table),
  sequences: z.array(z.object({ name: identifier, ddl: z.string(), next: decimal, round: decimal })),
  views: z.array(code.extend({ valid: z.boolean() })),
  triggers: z.array(code),
  routines: z.array(code.extend({ type: z.enum(['PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY']) })),
  events: z.array(
    code.extend({ status: z.enum(['ENABLED', 'DISABLED', 'SLAVESIDE_DISABLED']), expired: z.boolean() }),
  ),
});
const accountObjects = z.object({
  accounts: z.array(
    z.object({
      user: z.string(),
      host: z.string(),
      isRole: z.boolean(),
      create: z.string().min(1),
      grants: z.array(z.string().min(1)),
      defaultRole: z.string().optional(),
      global: z.boolean(),
    }),
  ),
});

/** objects.json of a database. Throws `archive-damaged` or `archive-hostile` for what breaks the format. */
export async function readDatabaseObjects(
  record: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<DatabaseObjects> {
  const objects = await readJson(record, 'objects.json', databaseObjects, archive, signal);
  if (objects.database !== record.name) {
    throw new LifeboatError(
      'archive-damaged',
      `${record.id} holds the definitions of another database (${objects.database})`,
    );
  }
  const known = new Set(record.members.map((member) => member.path));
  for (const entry of objects.tables) {
    requireCreate(entry.ddl, 'TABLE', entry.name);
    const stranger = entry.members.find((path) => !known.has(path));
    if (stranger === undefined) continue;
    throw new LifeboatError(
      'archive-damaged',
      `table ${entry.name} of ${record.id} names ${stranger}, no member of it`,
    );
  }
  for (const { ddl, name } of objects.sequences) requireCreate(ddl, 'SEQUENCE', name);
  for (const o of objects.views) requireCreate(o.ddl, 'VIEW', o.name);
  for (const o of objects.triggers) requireCreate(o.ddl, 'TRIGGER', o.name, o.context.sqlMode);
  for (const o of objects.routines) requireCreate(o.ddl, o.type, o.name, o.context.sqlMode);
  for (const o of objects.events) requireCreate(o.ddl, 'EVENT', o.name, o.context.sqlMode);
  return objects as DatabaseObjects;
}

/** accounts.json of a server. Throws as readDatabaseObjects does. */
export async function readAccountObjects(
  record: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<AccountObjects> {
  const objects = await readJson(record, 'accounts.json', accountObjects, archive, signal);
  for (const account of objects.accounts) {
    requireCreate(account.create, account.isRole ? 'ROLE' : 'USER', account.user);
    const stranger = account.grants.find((grant) => !/^GRANT\s/i.test(grant));
    if (stranger === undefined) continue;
    throw new LifeboatError(
      'archive-hostile',
      `the archive's grants of ${account.user} hold another statement`,
    );
  }
  return objects as AccountObjects;
}

async function readJson<T>(
  record: ComponentRecord,
  file: string,
  schema: z.ZodType<T>,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<T> {
  const member = record.members.find((entry) => entry.path.endsWith(`/${file}`));
  if (!member) throw new LifeboatError('archive-damaged', `${record.id} has no ${file} in the archive`);
  if (member.bytes > MOST_BYTES) {
    throw new LifeboatError(
      'archive-damaged',
      `${member.path} of the archive is larger than ${MOST_BYTES} bytes`,
    );
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.open(member.path, signal)) chunks.push(chunk);
  const parsed = schema.safeParse(parse(Buffer.concat(chunks).toString('utf8'), member.path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LifeboatError(
    'archive-damaged',
    `${member.path} breaks the format at ${issue?.path.join('.')}: ${issue?.message}`,
  );
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LifeboatError('archive-damaged', `${path} of the archive is not valid JSON`, { cause });
  }
}
