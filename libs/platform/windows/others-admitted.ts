import type { SecurityDescriptor } from './parse-sddl.ts';

/** SYSTEM and Administrators; whoever has made or owns a thing, who can give himself every right anyway. */
const EXPECTED = ['SY', 'S-1-5-18', 'BA', 'S-1-5-32-544', 'CO', 'S-1-3-0', 'OW', 'S-1-3-4'];
/** Groups that are nobody in particular: an owner of this kind does not keep others out. */
const CROWDS = [
  ...['WD', 'S-1-1-0', 'AU', 'S-1-5-11', 'BU', 'S-1-5-32-545', 'BG', 'S-1-5-32-546', 'AN', 'S-1-5-7'],
  ...['IU', 'S-1-5-4', 'NU', 'S-1-5-2', 'DU', 'DG'],
];

/**
 * To list and read, to write and append, to change attributes, to delete, to take over: what lets somebody at archives.
 * Walking through and asking for attributes does not.
 */
const LETS_IN = 0xd00d_0157;

/**
 * Accounts besides SYSTEM, Administrators, the owner and `own` that the rights let read or write, each once; everybody
 * (`WD`) where there is no list. What is only handed down to things below counts: archives are made there. Refusals do not
 * count, so rights that only a refusal narrows are named. Pure.
 */
export function othersAdmitted(
  { owner, entries }: SecurityDescriptor,
  own: readonly string[] = [],
): string[] {
  if (entries === undefined) return ['WD'];
  const known = [...EXPECTED, ...own];
  if (owner !== undefined && !CROWDS.includes(owner)) known.push(owner);
  const others = entries
    .filter(({ allows, rights, account }) => allows && (rights & LETS_IN) !== 0 && !known.includes(account))
    .map(({ account }) => account);
  return [...new Set(others)];
}
