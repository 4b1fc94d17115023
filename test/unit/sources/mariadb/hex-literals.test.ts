import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexLiterals } from '#sources/mariadb/hex-literals.ts';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

test('literals that are no UTF-8 become hex, with their escapes undone; all else stays', () => {
  const ddl = bytes(
    "CREATE TABLE `it's ``x``` (\n  `b` varbinary(9) DEFAULT '",
    [0xff, 0x5c, 0x30, 0x5c, 0x5c, 0x27, 0x27, 0x5c, 0x6e, 0xfe],
    "',\n  `c` text DEFAULT 'ß ''quoted'' \\\\ �' COMMENT 'ü'\n) COMMENT='",
    [0xc3, 0x28],
    "'",
  );
  expect(hexLiterals(ddl)).toBe(
    "CREATE TABLE `it's ``x``` (\n  `b` varbinary(9) DEFAULT X'ff005c270afe'," +
      "\n  `c` text DEFAULT 'ß ''quoted'' \\\\ �' COMMENT 'ü'\n) COMMENT=X'c328'",
  );
});

test('a definition that is UTF-8 is never changed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, text) => {
      const ddl = `CREATE TABLE \`${name.replaceAll('`', '``')}\` (a INT) COMMENT='${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
      expect(hexLiterals(Buffer.from(ddl))).toBe(Buffer.from(ddl).toString());
    }),
  );
});
