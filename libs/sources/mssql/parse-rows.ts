import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';

/** Rows in the shape that was asked for. Throws `database-failed` for an answer that is none, naming `what`. */
export function parseRows<Shape>(
  shape: z.ZodType<Shape>,
  rows: readonly unknown[],
  { what, place }: { what: string; place: string },
): Shape[] {
  const parsed = z.array(shape).safeParse(rows);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LifeboatError(
    'database-failed',
    `${place} answered ${what} with something else: ${issue?.path.join('.') || 'its rows'}: ${issue?.message}`,
    { hint: 'check that host and port are those of a Microsoft SQL Server' },
  );
}

/** BIGINT comes as text. */
export const wholeNumber = z.coerce.number().int();

/** VARBINARY as lower-case hex. */
export const hexBytes = z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex'));

/** SQL login or user, Windows account, Windows group; CHAR(2) or CHAR(1), as the view has it. */
export const principalType = z
  .string()
  .transform((type) => type.trim())
  .pipe(z.enum(['S', 'U', 'G']));
