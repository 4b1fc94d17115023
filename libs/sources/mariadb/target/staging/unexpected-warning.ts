import { requiredShapes } from '../../column-format.ts';
import type { TableObject } from '../../format.ts';
import type { Session } from '../../open-session.ts';
import { parseTableDdl } from '../../table-ddl.ts';

export interface Warning {
  Code: number;
  Message: string;
}

/** ER_WARN_DATA_OUT_OF_RANGE and WARN_DATA_TRUNCATED. */
const OUT_OF_RANGE = 1264;
const TRUNCATED = 1265;
/** ER_BAD_NULL_ERROR. */
const NOT_NULL = 1048;

/**
 * The first warning of the statement before that does not belong to values which a server takes in only with a
 * warning, as they were taken in when they were new: an ENUM without a label, a FLOAT(M,D) whose largest
 * number is rounded up, a shape that is none. Whether such a value is the right one is for the check of the staged rows to say.
 */
export async function unexpectedWarning(session: Session, table: TableObject): Promise<Warning | undefined> {
  const expected = expectedCodes(table);
  // The server keeps max_error_count of them; the first are enough where one is too many.
  const warnings = await session.query<Warning>(`SHOW WARNINGS${expected.size === 0 ? ' LIMIT 1' : ''}`);
  return warnings.find(({ Code }) => !expected.has(Code));
}

function expectedCodes(table: TableObject): Set<number> {
  const codes = new Set<number>();
  if (table.columns.some(({ as }) => as === 'number')) codes.add(TRUNCATED);
  if (requiredShapes(table.ddl).size > 0) codes.add(NOT_NULL);
  const columns = parseTableDdl(table.ddl).items.filter((item) => item.kind === 'column');
  if (columns.some(({ text }) => /^`(?:[^`]|``)+` (?:float|double)\(/i.test(text))) codes.add(OUT_OF_RANGE);
  return codes;
}
