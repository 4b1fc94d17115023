import { createHash, hash } from 'node:crypto';
import * as z from 'zod';
import type { MemberReader } from '#sources/restore-target.ts';
import type { ComponentRecord } from '#sources/source.ts';
import type { Facts } from './facts.ts';
import { readJsonMember } from './read-json-member.ts';

// Loose: each account is hashed with every key it has, in the order in which it has them.
const objects = z.object({ accounts: z.array(z.looseObject({ user: z.string(), host: z.string() })) });

/** Of the accounts of a MariaDB server, from accounts.json. */
export async function accountFacts(
  component: ComponentRecord,
  archive: MemberReader,
  signal: AbortSignal,
): Promise<Facts> {
  const { accounts } = await readJsonMember(component, 'accounts.json', objects, archive, signal);
  const sha256 = createHash('sha256');
  for (const account of accounts) {
    sha256.update(`${hash('sha256', JSON.stringify(account))}  ${account.user}@${account.host}\n`);
  }
  return {
    items: accounts.length,
    bytes: component.members.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: sha256.digest('hex'),
    members: new Set(),
  };
}
