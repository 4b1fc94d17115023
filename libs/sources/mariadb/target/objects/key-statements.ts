import { quoteName, quoteQualified } from '../../quote-name.ts';
import type { LiveForeignKey } from '../read-foreign-keys.ts';
import { objectKey } from './object-key.ts';

/** How a foreign key stands in Situation.untouched. */
export function keyName(key: LiveForeignKey): string {
  return objectKey('key', key.name, `${quoteQualified(key.database, key.table)} ${key.add}`);
}

export function dropKey(key: LiveForeignKey): string {
  return `ALTER TABLE ${quoteQualified(key.database, key.table)} DROP FOREIGN KEY IF EXISTS ${quoteName(key.name)}`;
}

export function addKey(key: LiveForeignKey): string[] {
  const alter = `ALTER TABLE ${quoteQualified(key.database, key.table)}`;
  return [key.add, ...(key.renameKey === undefined ? [] : [key.renameKey])].map(
    (clause) => `${alter} ${clause}`,
  );
}
