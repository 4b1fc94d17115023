import { createHash, hash } from 'node:crypto';
import type { ComponentRecord, Importance, MemberSink, WriteOptions } from '#sources/source.ts';
import type { AccountObjects } from './format.ts';

/** Writes accounts.json. Of its items the hash is of each account's own JSON, in the order of the list. */
export async function writeAccounts(
  what: { id: string; folder: string; name: string; importance: Importance; objects: AccountObjects },
  sink: MemberSink,
  options: WriteOptions,
): Promise<ComponentRecord> {
  const { accounts } = what.objects;
  const content = Buffer.from(`${JSON.stringify(what.objects, undefined, 1)}\n`);
  const member = await sink.add(`${what.folder}/accounts.json`, content, {
    signal: options.signal,
    method: 'deflate',
  });
  options.onBytes(content.length, 'accounts');
  const sha256 = createHash('sha256');
  for (const account of accounts) {
    sha256.update(`${hash('sha256', JSON.stringify(account))}  ${account.user}@${account.host}\n`);
  }
  return {
    id: what.id,
    kind: 'mariadb-accounts',
    name: what.name,
    importance: what.importance,
    state: 'complete',
    bytes: content.length,
    sha256: sha256.digest('hex'),
    items: accounts.length,
    notes: [],
    members: [member],
    details: {},
  };
}
