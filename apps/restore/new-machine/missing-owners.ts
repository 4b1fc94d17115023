import type { ArchiveReader } from '#archive/archive.ts';
import { counted } from '#platform/counted.ts';
import { shellQuoted } from '#platform/shell-quoted.ts';
import { filesRecord } from '#sources/files/entries/files-record.ts';
import { readEntries } from '#sources/files/entries/read-entries.ts';
import { type OwnerNames, ownerNames } from '#sources/owner-names.ts';
import type { ComponentRecord, Finding } from '#sources/source.ts';
import { sqliteDetails } from '#sources/sqlite/sqlite-details.ts';

/** A user or group that owns something in an archive, with the number that it had. */
interface Owner {
  kind: 'user' | 'group';
  name: string;
  number: number;
  things: number;
}

/**
 * Owners of chosen files that this machine does not know, each with the command that makes it: what belongs to them
 * would get their number, which may be somebody else's here. Only root can set owners, so only root is told.
 */
export async function missingOwners(
  chosen: readonly ComponentRecord[],
  archive: ArchiveReader,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (process.geteuid?.() !== 0) return [];
  const names = ownerNames();
  const findings: Finding[] = [];
  for (const owner of await ownersOf(chosen, archive, signal)) {
    const known = owner.kind === 'user' ? await names.uid(owner.name) : await names.gid(owner.name);
    if (known === undefined) findings.push(await missing(owner, names));
  }
  return findings;
}

async function ownersOf(
  chosen: readonly ComponentRecord[],
  archive: ArchiveReader,
  signal: AbortSignal,
): Promise<Owner[]> {
  const all = new Map<string, Owner>();
  const count = (kind: Owner['kind'], name: string | undefined, number: number): void => {
    if (name === undefined) return;
    const key = `${kind} ${name}`;
    const owner = all.get(key) ?? { kind, name, number, things: 0 };
    owner.things += 1;
    all.set(key, owner);
  };
  const countBoth = (entry: {
    owner?: string | undefined;
    group?: string | undefined;
    uid: number;
    gid: number;
  }): void => {
    count('user', entry.owner, entry.uid);
    count('group', entry.group, entry.gid);
  };
  for (const component of chosen) {
    if (component.members.length === 0) continue;
    if (component.kind === 'sqlite-database') countBoth(sqliteDetails(component));
    if (component.kind !== 'folder' && component.kind !== 'file') continue;
    for await (const entry of readEntries(archive, filesRecord(component).prefix, signal)) countBoth(entry);
  }
  // Groups first: a user is made with its group.
  return [...all.values()].sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'group' ? -1 : 1));
}

async function missing({ kind, name, number, things }: Owner, names: OwnerNames): Promise<Finding> {
  const other = kind === 'user' ? await names.user(number) : await names.group(number);
  const number_ = `${number}${other === undefined ? '' : `, which is ${other} here`}`;
  const [option, program] = kind === 'user' ? ['--uid', 'useradd'] : ['--gid', 'groupadd'];
  const same = other === undefined ? ` ${option} ${number}` : '';
  const group = kind === 'user' && (await names.gid(name)) !== undefined ? ` --gid ${quoted(name)}` : '';
  return {
    level: 'warning',
    message: `${kind} ${name} is not on this machine: ${counted(things, 'thing')} that belong to it would get the number ${number_}`,
    hint: `install what makes it, or make it first: ${program} --system${same}${group} ${quoted(name)}`,
  };
}

/** For a shell: a name may come from an archive. */
function quoted(name: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(name) ? name : shellQuoted(name);
}
