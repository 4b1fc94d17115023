import { bareSql } from './bare-sql.ts';
import type { ConfSection } from './collect-sections.ts';
import type { MistakeList } from './mistakes.ts';
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';
import type { CanarySettings, Settings } from './settings.ts';

/**
 * A canary that names no database of the conf would never be asked. One that writes a live database's name before
 * a dot would be answered by the live one, and prove nothing of the archive.
 */
export function checkCanaries(
  sections: readonly ConfSection[],
  settings: Settings,
  mistakes: MistakeList,
): void {
  const ids = databaseIds(settings);
  for (const canary of settings.canaries) {
    const section = sections.find(({ kind, name }) => kind === 'canary' && name === canary.name);
    if (section === undefined) continue;
    const add = (key: 'of' | 'query', found: string, allowed: string): void => {
      const line = section.entries.find((entry) => entry.key === key)?.line ?? section.line;
      mistakes.add({ line, section: section.title, key }, found, allowed);
    };
    if (canary.of !== '' && !ids.includes(canary.of)) {
      add(
        'of',
        `${quote(canary.of)}${ids.length === 0 ? '' : nearest(canary.of, ids)}`,
        ids.join(', ') || 'a database of this conf',
      );
    }
    const named = namedDatabase(canary, settings);
    if (named !== undefined) {
      add(
        'query',
        `the name of the live database ${quote(named)} before a dot`,
        'tables without their database: the query is asked of the restored one',
      );
    }
  }
}

function databaseIds({ mariadb, mssql, sqlite }: Settings): string[] {
  return [
    ...mariadb.flatMap(({ name, databases }) => databases.map((database) => `mariadb/${name}/${database}`)),
    ...mssql.flatMap(({ name, databases }) => databases.map((database) => `mssql/${name}/${database}`)),
    ...sqlite.map(({ name }) => `sqlite/${name}`),
  ];
}

function namedDatabase({ query }: CanarySettings, { mariadb, mssql }: Settings): string | undefined {
  const bare = bareSql(query);
  return [...mariadb, ...mssql]
    .flatMap(({ databases }) => databases)
    .find((database) =>
      new RegExp(`(?<![\\p{L}\\p{N}_$@#])[\`"[]?${RegExp.escape(database)}[\`"\\]]?\\s*\\.`, 'iu').test(bare),
    );
}
