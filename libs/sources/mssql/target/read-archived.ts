import type * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { MemberReader } from '../../restore-target.ts';
import type { ComponentRecord } from '../../source.ts';
import {
  DATABASE_OBJECTS_SHAPE,
  type DatabaseObjects,
  LOGIN_OBJECTS_SHAPE,
  type LoginObjects,
} from '../format.ts';

/** A list of some hundred thousand objects; what claims more is not read into memory. */
const MOST_BYTES = 64 << 20;

/** The object list of a database. Throws `archive-damaged` for what breaks the format. */
export async function readDatabaseObjects(
  record: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<DatabaseObjects> {
  return await readJson(record, 'objects.json', DATABASE_OBJECTS_SHAPE, archive, signal);
}

/** The logins of a server. Throws `archive-damaged` for what breaks the format. */
export async function readLoginObjects(
  record: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<LoginObjects> {
  return await readJson(record, 'logins.json', LOGIN_OBJECTS_SHAPE, archive, signal);
}

async function readJson<Shape>(
  record: ComponentRecord,
  name: string,
  shape: z.ZodType<Shape>,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<Shape> {
  const member = memberOf(record, name);
  if (member.bytes > MOST_BYTES) throw damaged(record, `${name} is too large`);
  const pieces = await Array.fromAsync(archive.open(member.path, signal));
  const parsed = shape.safeParse(parse(record, name, Buffer.concat(pieces).toString('utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw damaged(record, `${name} breaks the format at ${issue?.path.join('.')}: ${issue?.message}`);
}

function memberOf(record: ComponentRecord, name: string): ComponentRecord['members'][number] {
  const member = record.members.find(({ path }) => path.endsWith(`/${name}`));
  if (member === undefined) throw damaged(record, `${name} is missing`);
  return member;
}

function parse(record: ComponentRecord, name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(record, `${name} is not valid JSON`, cause);
  }
}

function damaged({ id }: ComponentRecord, what: string, cause?: unknown): LifeboatError {
  return new LifeboatError('archive-damaged', `${id} is damaged: ${what}`, { cause });
}
