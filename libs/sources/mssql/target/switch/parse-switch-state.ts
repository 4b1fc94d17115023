import * as z from 'zod';
import { parseState } from '../../../exchange/parse-state.ts';
import type { SwitchRecord } from '../../../restore-target.ts';
import type { PlainState } from './switch-state.ts';

/** A state as a record has it: what makes logins holds password hashes, so is in a file of its own. */
export interface RecordedState extends PlainState {
  /** Of that file. */
  loginsSha256: string;
}

/** Strictly: whatever is dropped or renamed by it is named as only a restore names things. Throws `restore-log-damaged`. */
export function parseSwitchState(record: SwitchRecord): RecordedState {
  return parseState(recordedState, record);
}

const text = z.string();
/** A database of a restore's own: nobody else's can be named so by accident. */
export const ownDatabase = z.string().regex(/^lb_[0-9a-z]+_(?:old_)?\d+$/);
export const fileName = z.string().regex(/^[^/\\]+$/);

const live = z.strictObject({
  name: text,
  id: z.number(),
  state: text,
  /** Each stands in a statement as it is. */
  access: z.enum(['MULTI_USER', 'SINGLE_USER', 'RESTRICTED_USER']),
  recovery: text,
  compatibility: z.number(),
  trustworthy: z.boolean(),
  asyncStatistics: z.boolean(),
  broker: z.boolean(),
  owner: text.nullable(),
  replica: text.nullable(),
});

const database = z
  .strictObject({
    component: text,
    database: text,
    staged: ownDatabase,
    old: ownDatabase,
    stagedId: z.number().exactOptional(),
    live: live.exactOptional(),
    mayDrop: z.boolean(),
  })
  .refine((o) => new Set([o.database, o.staged, o.old]).size === 3, 'names one database twice');

const recordedState = z.strictObject({
  format: z.literal('lifeboat-mssql-switch'),
  formatVersion: z.literal(1),
  server: text,
  run: z.string().regex(/^[0-9a-z]+$/),
  place: text,
  serverName: text,
  files: fileName,
  databases: z.array(database),
  createdLogins: z.array(z.strictObject({ name: text, sid: text.exactOptional() })),
  removedLogins: z.array(z.strictObject({ name: text })),
  loginsSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
