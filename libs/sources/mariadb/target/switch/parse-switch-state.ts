import * as z from 'zod';
import { parseState } from '../../../exchange/parse-state.ts';
import type { SwitchRecord } from '../../../restore-target.ts';
import type { PlainState } from './switch-state.ts';

/** A state as a record has it: the statements of accounts, which hold password hashes, are in a file of their own. */
export interface RecordedState extends PlainState {
  /** Of that file. */
  accountsSha256: string;
}

/** Strictly: whatever is dropped or renamed by it is named as only a restore names things. Throws `restore-log-damaged`. */
export function parseSwitchState(record: SwitchRecord): RecordedState {
  return parseState(recordedState, record);
}

const text = z.string();
/** A database of a restore's own: nobody else's can be named so by accident. */
export const ownDatabase = z.string().regex(/^lb_[0-9a-z]+_(?:old_)?\d+$/);

export const identitySchema = z.strictObject({ hostname: z.string(), port: z.string(), datadir: z.string() });

const named = z.strictObject({ name: text, isRole: z.boolean() });

const context = z.strictObject({
  sqlMode: text,
  charsetClient: z.string().regex(/^\w+$/),
  collationConnection: z.string().regex(/^\w+$/),
  databaseCollation: z.string().regex(/^\w+$/).exactOptional(),
  timeZone: text.exactOptional(),
});

const code = { name: text, ddl: text, definer: text, context };
const routineType = z.enum(['PROCEDURE', 'FUNCTION', 'PACKAGE', 'PACKAGE BODY']);

const key = z.strictObject({
  database: text,
  table: text,
  name: text,
  referencedDatabase: text,
  referencedTable: text,
  columns: z.array(text),
  referencedColumns: z.array(text),
  add: z.string().startsWith('ADD '),
  renameKey: z.string().startsWith('RENAME INDEX ').exactOptional(),
});

const live = z.strictObject({
  charset: z.string().regex(/^\w+$/),
  collation: z.string().regex(/^\w+$/),
  comment: text.exactOptional(),
  tables: z.array(text),
  views: z.array(z.strictObject({ ...code, valid: z.boolean(), columns: z.array(text) })),
  triggers: z.array(z.strictObject(code)),
  routines: z.array(z.strictObject({ ...code, type: routineType })),
  events: z.array(
    z.strictObject({
      ...code,
      status: z.enum(['ENABLED', 'DISABLED', 'SLAVESIDE_DISABLED']),
      expired: z.boolean(),
    }),
  ),
  routineGrants: z.array(
    z.strictObject({
      routine: text,
      type: routineType,
      user: text,
      host: text,
      privileges: z.array(z.string().regex(/^[A-Za-z ]+$/)),
      grantOption: z.boolean(),
    }),
  ),
  foreignKeys: z.array(key),
});

const database = z
  .strictObject({
    database: text,
    component: text,
    staging: ownDatabase,
    old: ownDatabase,
    live: live.exactOptional(),
    brings: z.strictObject({
      tables: z.array(text),
      views: z.array(text),
      invalidViews: z.array(text),
      triggers: z.array(text),
      routines: z.array(z.strictObject({ name: text, type: text })),
      events: z.array(text),
      outwardKeys: z.array(z.strictObject({ table: text, name: text })),
    }),
    damaged: z.array(text),
    staying: z.array(text),
  })
  .refine((o) => new Set([o.database, o.staging, o.old]).size === 3, 'names one database twice');

const recordedState = z.strictObject({
  format: z.literal('lifeboat-mariadb-switch'),
  formatVersion: z.literal(1),
  server: text,
  place: text,
  identity: identitySchema,
  run: z.string().regex(/^[0-9a-z]+$/),
  files: z.string().regex(/^[^/\\]+$/),
  runsEvents: z.boolean(),
  databases: z.array(database),
  inwardKeys: z.array(key),
  createdAccounts: z.array(named),
  replacedAccounts: z.array(named),
  accountsSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
