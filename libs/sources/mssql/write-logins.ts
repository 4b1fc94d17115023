import { createHash, hash } from 'node:crypto';
import type { ComponentRecord, Importance, MemberSink, WriteOptions } from '#sources/source.ts';
import type { LoginObjects } from './format.ts';

/** Writes logins.json. Of its items the hash is of each login's own JSON, in the order of the list. */
export async function writeLogins(
  what: { id: string; folder: string; name: string; importance: Importance; objects: LoginObjects },
  sink: MemberSink,
  options: WriteOptions,
): Promise<ComponentRecord> {
  const { id, name, importance, folder, objects } = what;
  const content = Buffer.from(`${JSON.stringify(objects, undefined, 1)}\n`);
  const member = await sink.add(`${folder}/logins.json`, content, {
    signal: options.signal,
    method: 'deflate',
  });
  options.onBytes(content.length, 'logins');
  return {
    ...{ id, kind: 'mssql-logins', name, importance },
    state: 'complete',
    bytes: content.length,
    sha256: loginsHash(objects),
    items: objects.logins.length,
    notes: [],
    members: [member],
    details: {},
  };
}

/** The record's SHA-256, over the lines `<sha256 of the login's JSON>  <name>\n`. */
function loginsHash({ logins }: LoginObjects): string {
  const sha256 = createHash('sha256');
  for (const login of logins) sha256.update(`${hash('sha256', JSON.stringify(login))}  ${login.name}\n`);
  return sha256.digest('hex');
}
