import * as z from 'zod';
import { parseState } from '../../../exchange/parse-state.ts';
import type { SwitchRecord } from '../../../restore-target.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { identitySchema, ownDatabase } from '../switch/parse-switch-state.ts';

/** What a restore makes on a server before anything live is touched: enough to drop it in another process. */
export interface AnnouncedStaging {
  format: 'lifeboat-mariadb-staging';
  formatVersion: 1;
  place: string;
  identity: ServerIdentity;
  /** As SwitchState.files. */
  files: string;
  /** Databases that are made, and beside which live ones. */
  databases: { database: string; staging: string }[];
  /** local_infile is off, and switched on meanwhile. */
  localInfile: boolean;
}

const announced = z.strictObject({
  format: z.literal('lifeboat-mariadb-staging'),
  formatVersion: z.literal(1),
  place: z.string(),
  identity: identitySchema,
  files: z.string().regex(/^[^/\\]+$/),
  databases: z.array(z.strictObject({ database: z.string(), staging: ownDatabase })),
  localInfile: z.boolean(),
});

/** Throws `restore-log-damaged`. */
export function parseStaging(record: SwitchRecord): AnnouncedStaging {
  return parseState(announced, record);
}
