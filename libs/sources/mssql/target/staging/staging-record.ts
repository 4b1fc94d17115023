import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { parseState } from '../../../exchange/parse-state.ts';
import type { SwitchRecord } from '../../../restore-target.ts';
import { fileName, ownDatabase } from '../switch/parse-switch-state.ts';

const announced = z.strictObject({
  format: z.literal('lifeboat-mssql-staging'),
  formatVersion: z.literal(1),
  place: z.string(),
  serverName: z.string(),
  /** As SwitchState.files. */
  files: fileName,
  databases: z.array(ownDatabase),
  /** Where their backup files lie meanwhile, as this machine sees it. */
  backups: z.array(
    z
      .string()
      .refine(isAbsolute)
      .regex(/[/\\]lifeboat-[0-9a-f]+-lb_[0-9a-z]+_\d+\.bak$/),
  ),
});

/** What a restore makes on a server before anything live is touched: enough to drop it in another process. */
export type AnnouncedStaging = z.infer<typeof announced>;

/** Throws `restore-log-damaged`. */
export function parseStaging(record: SwitchRecord): AnnouncedStaging {
  return parseState(announced, record);
}
