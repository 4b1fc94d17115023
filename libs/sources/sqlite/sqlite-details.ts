import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { ownerSchema } from './ownership.ts';

const count = z.number().int().nonnegative();
const details = z.object({
  /** Where the database was, for a person; nothing relies on it. */
  from: z.string(),
  /** Its members hold the database file cut into parts: as it is, or each as zstd frames. */
  form: z.enum(['plain', 'zstd']),
  journalMode: z.string(),
  pageSize: count,
  pages: count,
  encoding: z.string(),
  userVersion: z.number().int(),
  applicationId: z.number().int(),
  integrity: z.array(z.string()),
  tables: z.array(z.object({ name: z.string(), rows: z.number().int().min(-1) })),
  ...ownerSchema.shape,
  /** Whom the folder of the database belonged to; for one that has to be made anew. */
  folder: ownerSchema.optional(),
});

/** What a restore needs of an SQLite database's record in the manifest, beyond what every record has. */
export type SqliteDetails = z.infer<typeof details>;

/** Throws `archive-incomplete` if nothing of the database is in the archive, `archive-damaged` for a record that is none. */
export function sqliteDetails(component: ComponentRecord): SqliteDetails {
  if (component.members.length === 0) {
    throw new LifeboatError('archive-incomplete', `the archive holds nothing of ${component.id}`, {
      hint: 'it was missing or unreadable at the backup; choose an older archive for it',
    });
  }
  const parsed = details.safeParse(component.details);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LifeboatError(
    'archive-damaged',
    `the manifest's details of ${component.id} break the format at ${issue?.path.join('.')}: ${issue?.message}`,
  );
}
