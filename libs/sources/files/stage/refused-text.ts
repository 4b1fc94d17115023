import type { AttributeSetter } from './attribute-setter.ts';

/** What the result of a check says of owners and access rights that could not be set: nothing if all were. */
export function refusedText(attributes: Pick<AttributeSetter, 'refused' | 'refusedRights'>): string {
  const owners = attributes.refused();
  const rights = attributes.refusedRights();
  return [
    owners === 0 ? '' : `; owners of ${owners} could not be set`,
    rights.count === 0 ? '' : `; access rights of ${rights.count} could not be set (${rights.first})`,
  ].join('');
}
