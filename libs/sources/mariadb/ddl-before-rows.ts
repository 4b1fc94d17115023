/**
 * A table's definition in a form that takes its rows. ARCHIVE refuses a row whose number is below the table's
 * AUTO_INCREMENT; it has no other way to one than its rows, so these bring it back.
 */
export function ddlBeforeRows(table: { engine: string; ddl: string; rows?: number }): string {
  if (table.engine.toUpperCase() !== 'ARCHIVE' || table.rows === 0) return table.ddl;
  const tail = table.ddl.lastIndexOf('\n) ENGINE=');
  return table.ddl.slice(0, tail) + table.ddl.slice(tail).replace(/ AUTO_INCREMENT=\d+/, '');
}
