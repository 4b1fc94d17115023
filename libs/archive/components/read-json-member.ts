import type { z } from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';

/** Definitions of some hundred thousand tables; what claims more is not read into memory. */
const LARGEST = 64 * 2 ** 20;

/** The component's member of this name as a value. Throws `archive-damaged` if it is missing, huge or of another shape. */
export async function readJsonMember<Shape>(
  component: ComponentRecord,
  name: string,
  shape: z.ZodType<Shape>,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<Shape> {
  const record = component.members.find(({ path }) => path.endsWith(`/${name}`));
  if (!record || record.bytes > LARGEST)
    throw damaged(component, `${name} is ${record ? 'too large' : 'missing'}`);
  const pieces = await Array.fromAsync(archive.open(record.path, signal));
  const parsed = shape.safeParse(parseJson(component, name, Buffer.concat(pieces).toString('utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(
    component,
    `${name} breaks the format at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`,
  );
}

function parseJson(component: ComponentRecord, name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(component, `${name} is not valid JSON`, cause);
  }
}

function damaged(component: ComponentRecord, what: string, cause?: unknown): LifeboatError {
  return new LifeboatError('archive-damaged', `${component.id} is damaged: ${what}`, { cause });
}
