import type * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { SwitchRecord } from '../restore-target.ts';

/** The state of a record as its engine wrote it. Throws `restore-log-damaged` for any other shape. */
export function parseState<T>(schema: z.ZodType<T>, { target, engine, state }: SwitchRecord): T {
  const parsed = schema.safeParse(state);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LifeboatError(
    'restore-log-damaged',
    `what is on record of ${target} (${engine}) is not what this version writes: ${issue?.path.join('.')}: ${issue?.message}`,
    { hint: 'use the version of lifeboat-restore that made the restore; nothing was changed' },
  );
}
