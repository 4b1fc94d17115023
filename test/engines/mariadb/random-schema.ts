import fc from 'fast-check';
import { anyColumn, literal, type RandomColumn, ROWS, text } from './random-columns.ts';
import { quote } from './round-trip.ts';

/** A table as groups of statements: a server may refuse any group, which is then left out. */
export interface RandomSchema {
  groups: string[][];
}

interface RandomTable {
  name: string;
  columns: RandomColumn[];
  names: string[];
  key: 'counted' | 'columns' | 'prefix' | 'descending' | 'none';
  indexes: { columns: number[]; unique: boolean; words: boolean }[];
  generated: { of: number; how: 'VIRTUAL' | 'STORED' }[];
  engine: string;
  extra: string;
  rows: number;
  changes: number;
  comment: string;
  draws: boolean;
}

/** Identifiers are of the Basic Multilingual Plane and end in no space. */
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
  .filter((value) => !/[\p{Cs}\p{Co}\0]|[^\0-\uffff]/u.test(value) && !/\s$/u.test(value));

const table: fc.Arbitrary<RandomTable> = fc
  .array(anyColumn, { minLength: 1, maxLength: 7 })
  .chain((columns) => {
    const position = fc.nat({ max: columns.length - 1 });
    return fc.record({
      name,
      columns: fc.constant(columns),
      names: fc.array(name, { minLength: columns.length, maxLength: columns.length }),
      key: fc.constantFrom('counted', 'columns', 'prefix', 'descending', 'none'),
      indexes: fc.array(
        fc.record({
          columns: fc.uniqueArray(position, { minLength: 1, maxLength: 3 }),
          unique: fc.boolean(),
          words: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      generated: fc.array(fc.record({ of: position, how: fc.constantFrom('VIRTUAL', 'STORED') }), {
        maxLength: 2,
      }),
      engine: fc.constantFrom(
        ...[
          'InnoDB',
          'InnoDB',
          'InnoDB ROW_FORMAT=COMPRESSED',
          'InnoDB ROW_FORMAT=REDUNDANT',
          'InnoDB ROW_FORMAT=COMPACT',
        ],
        ...['MyISAM', 'MyISAM ROW_FORMAT=FIXED', 'Aria', 'Aria TRANSACTIONAL=0', 'MEMORY', 'ARCHIVE', 'CSV'],
      ),
      extra: fc.constantFrom(
        ...['', '', '', 'WITH SYSTEM VERSIONING', 'WITH SYSTEM VERSIONING'],
        ...[
          'PARTITION BY HASH (id) PARTITIONS 3',
          'PARTITION BY KEY (id) PARTITIONS 2',
          'PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (3), PARTITION b VALUES LESS THAN MAXVALUE)',
        ],
        'WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION h HISTORY, PARTITION c CURRENT)',
      ),
      rows: fc.integer({ min: 0, max: ROWS }),
      changes: fc.integer({ min: 0, max: 3 }),
      comment: text(10),
      draws: fc.boolean(),
    }) as fc.Arbitrary<RandomTable>;
  });

export const randomSchema: fc.Arbitrary<RandomSchema> = fc
  .record({ tables: fc.array(table, { minLength: 1, maxLength: 4 }), code: text(20), links: fc.boolean() })
  .map(({ tables, code, links }) => ({
    groups: [
      ['CREATE SEQUENCE `the sequence` START WITH 10 CACHE 3'],
      ...tables.flatMap((each, i) => tableGroups(each, i)),
      ...(links ? linkGroups(tables) : []),
      ...codeGroups(tables, code),
    ],
  }));

const nameOf = (t: RandomTable, i: number) => quote(`${i}${t.name}`);
const columnsOf = (t: RandomTable) => t.names.map((own, c) => quote(`${c}${own}`));

/** The table, then each row and each change on its own. */
function tableGroups(t: RandomTable, i: number): string[][] {
  const own = nameOf(t, i);
  const names = columnsOf(t);
  const strict = t.engine === 'CSV';
  const plain = strict || t.engine === 'ARCHIVE';
  const columns = t.columns.map((c, at) => columnText(c, names[at]!, strict));
  const generated = plain
    ? []
    : t.generated.map((g, n) => generatedText(t.columns[g.of]!, names[g.of]!, g.how, n));
  const keys = plain
    ? []
    : [...primaryKey(t, names), ...t.indexes.flatMap((index, n) => indexText(t, names, index, n))];
  const counted = t.key === 'counted' && !plain;
  const drawn = t.draws && !plain ? 'DEFAULT NEXTVAL(`the sequence`)' : '';
  const id = `id INT NOT NULL ${counted ? 'AUTO_INCREMENT' : drawn}`;
  const extra = plain ? '' : t.extra;
  // INSERT IGNORE can leave the counter of a partitioned table behind its rows; loading them sets that right.
  const counter = counted && extra.includes('PARTITION') ? 'AUTO_INCREMENT=200 ' : '';
  const body = [id, ...columns, ...generated.filter((column) => column !== ''), ...keys].join(', ');
  const rows = Array.from({ length: t.rows }, (_, r) => {
    const values = t.columns.map((c) => c.values[r]!);
    return [
      `INSERT IGNORE INTO ${own} (${['id', ...names].join(', ')}) VALUES (${[r === 3 ? 0 : r, ...values].join(', ')})`,
    ];
  });
  const changes = [
    [`UPDATE IGNORE ${own} SET ${names[0]} = ${t.columns[0]!.values[0]} WHERE id > 4`],
    [`DELETE FROM ${own} WHERE id % 3 = 1`],
    [`INSERT IGNORE INTO ${own} (id, ${names[0]}) SELECT id + 50, ${names[0]} FROM ${own} WHERE id < 50`],
  ].slice(0, t.changes);
  return [
    [`CREATE TABLE ${own} (${body}) ENGINE=${t.engine} ${counter}COMMENT=${literal(t.comment)} ${extra}`],
    ...rows,
    ...changes,
  ];
}

function columnText(c: RandomColumn, own: string, strict: boolean): string {
  const nothing = c.nullable && !strict;
  const fallback = c.fallback === undefined || strict ? '' : ` DEFAULT ${c.fallback}`;
  const hidden = c.hidden && !strict ? ' INVISIBLE' : '';
  const comment = c.comment === '' ? '' : ` COMMENT ${literal(c.comment)}`;
  return `${own} ${c.type} ${nothing ? 'NULL' : 'NOT NULL'}${fallback}${hidden}${comment}`;
}

/** Nothing that depends on the session that computes it. */
function generatedText(c: RandomColumn, of: string, how: string, n: number): string {
  if (c.kind === 'other') return '';
  return c.kind === 'number'
    ? `g${n} VARCHAR(90) CHARACTER SET utf8mb4 AS (CONCAT('ß', ${of} IS NULL)) ${how}`
    : `g${n} BIGINT AS (LENGTH(${of})) ${how}`;
}

function primaryKey(t: RandomTable, names: string[]): string[] {
  const first = `${names[0]}${t.columns[0]!.long ? '(7)' : ''}`;
  switch (t.key) {
    case 'counted':
      return ['PRIMARY KEY (id)'];
    case 'columns':
      return [`PRIMARY KEY (${first}, id)`];
    case 'prefix':
      return [`PRIMARY KEY (id, ${names[0]}(3))`];
    case 'descending':
      return [`PRIMARY KEY (id DESC, ${first})`];
    case 'none':
      return [];
  }
}

function indexText(
  t: RandomTable,
  names: string[],
  index: RandomTable['indexes'][number],
  n: number,
): string[] {
  const parts = index.columns.map((at) => `${names[at]}${t.columns[at]!.long ? '(9)' : ''}`);
  const all = index.columns.map((at) => t.columns[at]!);
  if (index.words && all.every((c) => c.kind === 'letters')) {
    return [`FULLTEXT \`f ${n}\` (${index.columns.map((at) => names[at]).join(', ')})`];
  }
  return [`${index.unique ? 'UNIQUE' : 'KEY'} \`k ${n}\` (${parts.join(', ')})`];
}

/** Foreign keys from one table to the one before. */
function linkGroups(tables: RandomTable[]): string[][] {
  return tables
    .slice(1)
    .map((t, i) => [
      'SET foreign_key_checks = 0',
      `ALTER TABLE ${nameOf(t, i + 1)} ADD CONSTRAINT \`to ${i}\` FOREIGN KEY (id) REFERENCES ${nameOf(tables[i]!, i)} (id) ON DELETE CASCADE`,
    ]);
}

function codeGroups(tables: RandomTable[], code: string): string[][] {
  const shown = literal(code);
  const own = nameOf(tables[0]!, 0);
  return [
    [`CREATE VIEW \`a view\` AS SELECT *, ${shown} AS t FROM ${own}`],
    ['CREATE VIEW `0 view` AS SELECT t FROM `a view`'],
    [`CREATE TRIGGER tr BEFORE UPDATE ON ${own} FOR EACH ROW SET @a = ${shown}`],
    [`CREATE PROCEDURE p(a TEXT) COMMENT ${shown} BEGIN SELECT ${shown}; END`],
    [
      "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
      `CREATE FUNCTION f() RETURNS INT COMMENT '\\' RETURN LENGTH('\\') + 1`,
    ],
    [
      // SHOW CREATE EVENT ends a comment at its first zero byte.
      `CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' COMMENT ${literal(code.replaceAll('\0', ''))} DO SELECT ${shown}`,
    ],
  ];
}
