import { quoteText } from './quote-name.ts';

/** What a database itself has, as it stands behind its name in CREATE DATABASE and ALTER DATABASE. */
export function databaseOptions(o: {
  charset: string;
  collation: string;
  /** Undefined: a server before 10.5, which knows none; whatever is there stays. */
  comment?: string | undefined;
}): string {
  const comment = o.comment === undefined ? '' : ` COMMENT ${quoteText(o.comment)}`;
  return `CHARACTER SET ${o.charset} COLLATE ${o.collation}${comment}`;
}
