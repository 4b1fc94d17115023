import { createHash, hash } from 'node:crypto';
import * as z from 'zod';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { Facts } from './facts.ts';
import { readJsonMember } from './read-json-member.ts';

// Loose: each login is hashed with every key it has, in the order in which it has them.
const objects = z.object({ logins: z.array(z.looseObject({ name: z.string() })) });

/** Of the logins of a SQL Server, from logins.json. */
export async function loginFacts(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<Facts> {
  const { logins } = await readJsonMember(component, 'logins.json', objects, archive, signal);
  const sha256 = createHash('sha256');
  for (const login of logins) sha256.update(`${hash('sha256', JSON.stringify(login))}  ${login.name}\n`);
  return {
    items: logins.length,
    bytes: component.members.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: sha256.digest('hex'),
    members: new Set(),
  };
}
