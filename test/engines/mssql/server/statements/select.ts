import type { Cursor } from '../../sql/cursor.ts';
import { parseSelect } from '../../sql/parse-select.ts';
import { runSelect } from '../../sql/run-select.ts';
import { type Statement, sendRows } from '../statement.ts';

/** SELECT, and SELECT @name = ..., which sends nothing. */
export function parseSelectStatement(cursor: Cursor): Statement {
  const select = parseSelect(cursor);
  const assigns = select.items.some(({ into }) => into !== undefined);
  return {
    command: 'SELECT',
    async run(context) {
      const { columns, rows } = runSelect(select, context.world);
      if (!assigns) {
        await sendRows(context, columns, rows);
        return;
      }
      const last = rows.at(-1);
      for (const [index, { into }] of select.items.entries()) {
        const variable = into === undefined ? undefined : context.variables.get(into);
        if (last && variable) variable.value = last[index] ?? null;
      }
      context.reply.done(rows.length);
    },
  };
}
