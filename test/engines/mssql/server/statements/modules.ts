import type { Cursor } from '../../sql/cursor.ts';
import { refusal } from '../../sql/sql-failure.ts';
import type { Statement } from '../statement.ts';

const TYPES = { view: 'V', procedure: 'P', proc: 'P', function: 'FN', trigger: 'TR' } as const;

/** CREATE VIEW, PROCEDURE, FUNCTION or TRIGGER: kept as an object with its text, which nothing here runs. */
export function parseCreateModule(cursor: Cursor): Statement {
  const start = cursor.peek().start;
  cursor.expect('create');
  const type = TYPES[cursor.oneOf(...Object.keys(TYPES)) as keyof typeof TYPES];
  const [name = '', schema = 'dbo'] = cursor.dottedName().reverse();
  while (cursor.peek().kind !== 'end') cursor.next();
  const definition = cursor.slice(start, cursor.lastEnd());
  return {
    command: 'CREATE',
    run({ session, reply }) {
      const { content } = session.database;
      if ([...content.others, ...content.tables].some((one) => one.name === name && one.schema === schema)) {
        throw refusal(2714, name);
      }
      content.others.push({ id: content.nextObjectId++, schema, name, type, definition });
      reply.done();
    },
  };
}
