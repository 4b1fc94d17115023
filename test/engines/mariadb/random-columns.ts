import fc from 'fast-check';

/** A column of a random table: its type, what it may be part of, and literals for its rows. */
export interface RandomColumn {
  type: string;
  kind: 'number' | 'letters' | 'bytes' | 'time' | 'other';
  /** Long types need a length to be part of a key. */
  long: boolean;
  values: string[];
  nullable: boolean;
  hidden: boolean;
  /** A literal that every server takes for it, or undefined. */
  fallback: string | undefined;
  comment: string;
}

export const ROWS = 14;

const hex = (bytes: Uint8Array) => (bytes.length === 0 ? "''" : `x'${Buffer.from(bytes).toString('hex')}'`);
export const literal = (text: string) =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`;

/** Letters of all planes and what LOAD DATA, SQL and shells have a use for. */
const letter = fc.oneof(
  fc.constantFrom(
    '\\',
    "'",
    '"',
    '`',
    '\t',
    '\n',
    '\r',
    '\0',
    '%',
    '?',
    ' ',
    'N',
    ',',
    '\x1a',
    'ß',
    'ä',
    '表',
    'ソ',
    '許',
    '😀',
    '0',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
export const text = (maxLength: number) => fc.array(letter, { maxLength }).map((list) => list.join(''));

const utf8 = (value: string) => (value === '' ? "''" : `_utf8mb4 ${hex(Buffer.from(value.toWellFormed()))}`);
const bytes = (maxLength: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.uint8Array({ maxLength }).map(hex) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('5c4e', '5c', '0a', '09', '00', '5c30').map((code) => `x'${code}'`),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => `REPEAT(CHAR(${byte}), ${maxLength})`),
    },
  );

function column(
  type: fc.Arbitrary<string>,
  kind: RandomColumn['kind'],
  value: fc.Arbitrary<string>,
  o: { long?: boolean; fallback?: string } = {},
): fc.Arbitrary<RandomColumn> {
  return fc.record({
    type,
    kind: fc.constant(kind),
    long: fc.constant(o.long ?? false),
    values: fc.array(
      fc.oneof({ weight: 7, arbitrary: value }, { weight: 1, arbitrary: fc.constant('NULL') }),
      { minLength: ROWS, maxLength: ROWS },
    ),
    nullable: fc.boolean(),
    hidden: fc.boolean().map((hidden) => hidden && o.fallback !== undefined),
    fallback: fc.constant(o.fallback),
    comment: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: text(12) }),
  });
}

const integer = fc
  .constantFrom(['TINYINT', 8n], ['SMALLINT', 16n], ['MEDIUMINT', 24n], ['INT', 32n], ['BIGINT', 64n])
  .chain(([name, width]) => {
    const bits = width as bigint;
    const half = 1n << (bits - 1n);
    const signed = fc.oneof(fc.constantFrom(-half, half - 1n, 0n), fc.bigInt({ min: -half, max: half - 1n }));
    const full = fc.oneof(
      fc.constantFrom(0n, (1n << bits) - 1n),
      fc.bigInt({ min: 0n, max: (1n << bits) - 1n }),
    );
    return fc.oneof(
      column(fc.constant(String(name)), 'number', signed.map(String), { fallback: '5' }),
      column(fc.constantFrom(`${name} UNSIGNED`, `${name} ZEROFILL`), 'number', full.map(String), {
        fallback: '5',
      }),
    );
  });

const decimal = fc
  .tuple(fc.integer({ min: 1, max: 65 }), fc.integer({ min: 0, max: 30 }))
  .chain(([digits, scale]) => {
    const after = Math.min(digits, scale);
    const largest = 10n ** BigInt(digits) - 1n;
    const value = fc.oneof(
      fc.constantFrom(largest, -largest, 0n),
      fc.bigInt({ min: -largest, max: largest }),
    );
    return column(
      fc.constant(`DECIMAL(${digits},${after})`),
      'number',
      value.map((n) => `${n}e-${after}`),
      { fallback: '0' },
    );
  });

const floating = fc.oneof(
  column(
    fc.constantFrom('DOUBLE', 'DOUBLE UNSIGNED', 'DOUBLE(20,6)'),
    'number',
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((n) => literal(Object.is(n, -0) ? '-0' : String(n))),
    { fallback: '1.5' },
  ),
  column(
    fc.constantFrom('FLOAT', 'FLOAT(9,4)', 'FLOAT UNSIGNED'),
    'number',
    fc
      .float({ noNaN: true, noDefaultInfinity: true })
      .map((n) => literal(Object.is(n, -0) ? '-0' : String(n))),
    { fallback: '1.5' },
  ),
);

const bit = fc
  .integer({ min: 1, max: 64 })
  .chain((n) =>
    column(
      fc.constant(`BIT(${n})`),
      'number',
      fc.bigInt({ min: 0n, max: (1n << BigInt(n)) - 1n }).map(String),
      { fallback: "b'1'" },
    ),
  );

const collation = fc.constantFrom(
  ...[
    'utf8mb4_bin',
    'utf8mb4_general_ci',
    'utf8mb4_unicode_520_nopad_ci',
    'uca1400_ai_ci',
    'utf8mb3_general_ci',
    'latin1_german2_ci',
  ],
  ...[
    'latin1_bin',
    'ucs2_general_ci',
    'utf16_unicode_ci',
    'utf32_general_ci',
    'sjis_japanese_ci',
    'big5_chinese_ci',
    'gbk_chinese_ci',
  ],
  ...['cp1251_general_ci', 'euckr_korean_ci', 'ujis_japanese_ci', 'cp850_general_ci', 'ascii_general_ci'],
);
const charsetOf = (name: string) =>
  name.startsWith('uca1400') ? 'utf8mb4' : name.slice(0, name.indexOf('_'));
const inCharset = (type: string) =>
  collation.map((name) => `${type} CHARACTER SET ${charsetOf(name)} COLLATE ${name}`);

const letters = fc.oneof(
  column(fc.constantFrom('CHAR(30)', 'VARCHAR(60)').chain(inCharset), 'letters', text(25).map(utf8), {
    fallback: "'x'",
  }),
  column(
    fc.constantFrom('TINYTEXT', 'TEXT', 'MEDIUMTEXT', 'LONGTEXT').chain(inCharset),
    'letters',
    text(40).map(utf8),
    { long: true },
  ),
  column(
    fc.constantFrom('VARCHAR(200) CHARACTER SET latin1', 'TEXT CHARACTER SET cp1251'),
    'letters',
    bytes(60),
    { long: true },
  ),
);

const binary = fc.oneof(
  column(fc.constantFrom('BINARY(40)', 'VARBINARY(80)'), 'bytes', bytes(50), { fallback: "x'00ff5c'" }),
  column(
    fc.constantFrom(
      'TINYBLOB',
      'BLOB',
      'MEDIUMBLOB',
      'LONGBLOB',
      'BLOB COMPRESSED',
      'VARBINARY(300) COMPRESSED',
    ),
    'bytes',
    bytes(200),
    { long: true },
  ),
);

const two = (n: number) => String(n).padStart(2, '0');
const date = fc
  .tuple(
    fc.constantFrom(0, 1, 1970, 2000, 2026, 9999),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 31 }),
  )
  .map(([y, m, d]) => `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`);
const clock = fc
  .tuple(
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 999_999 }),
  )
  .map(([h, m, s, f]) => `${two(h)}:${two(m)}:${two(s)}.${String(f).padStart(6, '0')}`);
const digits = fc.integer({ min: 0, max: 6 });
const times = fc.oneof(
  column(fc.constant('DATE'), 'time', date.map(literal), { fallback: "'2026-02-31'" }),
  column(
    digits.map((n) => `DATETIME(${n})`),
    'time',
    fc.tuple(date, clock).map(([d, t]) => literal(`${d} ${t}`)),
    { fallback: "'0000-00-00'" },
  ),
  column(
    digits.map((n) => `TIME(${n})`),
    'time',
    fc.tuple(fc.constantFrom('', '-'), clock).map(([sign, t]) => literal(sign + t)),
    { fallback: "'-838:59:59'" },
  ),
  column(
    digits.map((n) => `TIMESTAMP(${n})`),
    'other',
    fc.integer({ min: 1, max: 2_147_483_647 }).map((s) => `FROM_UNIXTIME(${s}.5)`),
    { fallback: '0' },
  ),
  column(
    fc.constant('YEAR'),
    'number',
    fc.oneof(fc.constant('0'), fc.integer({ min: 1901, max: 2155 }).map(String)),
    { fallback: '2026' },
  ),
);

const labels = fc
  .uniqueArray(
    text(6)
      .filter((label) => !/,|\s$|\0/u.test(label))
      .map((label) => label.toWellFormed()),
    { minLength: 1, maxLength: 64 },
  )
  .map((list) => list.map(literal).join(','));
const listed = fc.oneof(
  labels.chain((list) =>
    column(
      fc.constant(`ENUM(${list}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`),
      'other',
      fc.integer({ min: 0, max: 64 }).map(String),
    ),
  ),
  labels.chain((list) =>
    column(
      fc.constant(`SET(${list}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`),
      'other',
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
    ),
  ),
);

const special = fc.oneof(
  column(fc.constant('UUID'), 'other', fc.uuid().map(literal), {
    fallback: "'00000000-0000-0000-0000-00005c0a0900'",
  }),
  column(fc.constant('INET4'), 'other', fc.ipV4().map(literal), { fallback: "'0.0.0.0'" }),
  column(fc.constant('INET6'), 'other', fc.ipV6().map(literal), { fallback: "'::'" }),
  column(
    fc.constant('JSON'),
    'letters',
    fc.json({ maxDepth: 2, stringUnit: 'grapheme' }).map((json) => utf8(json)),
    { long: true },
  ),
  column(
    fc.constantFrom('GEOMETRY', 'POINT'),
    'other',
    fc
      .tuple(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map(([x, y]) => `POINT(${x}, ${y})`),
    { long: true },
  ),
);

export const anyColumn: fc.Arbitrary<RandomColumn> = fc.oneof(
  integer,
  decimal,
  floating,
  bit,
  letters,
  letters,
  binary,
  times,
  listed,
  special,
);
