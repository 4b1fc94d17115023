import type { ByteWriter } from './bytes.ts';

/** A value of a row. BIGINT is a bigint, BIT a boolean, dates are Temporal values without a zone. */
export type Value = null | number | bigint | boolean | string | Temporal.PlainDateTime | Buffer;

export type ColumnType =
  | { kind: 'int'; bytes: 1 | 2 | 4 | 8 }
  | { kind: 'bit' }
  | { kind: 'float'; bytes: 4 | 8 }
  | { kind: 'guid' }
  | { kind: 'datetime' }
  | { kind: 'datetime2' }
  | { kind: 'decimal'; digits: number; scale: number }
  | { kind: 'char'; length: number }
  | { kind: 'nvarchar'; length: number | 'max' }
  | { kind: 'varbinary'; length: number | 'max' }
  /** SERVERPROPERTY and its like: each value carries its own type, INT or NVARCHAR. */
  | { kind: 'variant' };

export interface Column {
  name: string;
  type: ColumnType;
}

/** SQL_Latin1_General_CP1_CI_AS as LCID, flags and sort order. */
export const COLLATION = Buffer.from([0x09, 0x04, 0xd0, 0x00, 0x34]);

export const TYPE = {
  int: { kind: 'int', bytes: 4 },
  bigint: { kind: 'int', bytes: 8 },
  smallint: { kind: 'int', bytes: 2 },
  tinyint: { kind: 'int', bytes: 1 },
  bit: { kind: 'bit' },
  real: { kind: 'float', bytes: 4 },
  float: { kind: 'float', bytes: 8 },
  guid: { kind: 'guid' },
  datetime: { kind: 'datetime' },
  datetime2: { kind: 'datetime2' },
  lsn: { kind: 'decimal', digits: 25, scale: 0 },
  sysname: { kind: 'nvarchar', length: 128 },
  text: { kind: 'nvarchar', length: 'max' },
  sid: { kind: 'varbinary', length: 85 },
  bytes: { kind: 'varbinary', length: 'max' },
  variant: { kind: 'variant' },
} as const satisfies Record<string, ColumnType>;

export const nvarchar = (length: number): ColumnType => ({ kind: 'nvarchar', length });
export const varbinary = (length: number): ColumnType => ({ kind: 'varbinary', length });
export const char = (length: number): ColumnType => ({ kind: 'char', length });

/** TYPE_INFO of a column, as COLMETADATA carries it (MS-TDS 2.2.5.6). */
export function writeColumnType(to: ByteWriter, type: ColumnType): void {
  switch (type.kind) {
    case 'int':
      to.u8(0x26).u8(type.bytes);
      return;
    case 'bit':
      to.u8(0x68).u8(1);
      return;
    case 'float':
      to.u8(0x6d).u8(type.bytes);
      return;
    case 'guid':
      to.u8(0x24).u8(16);
      return;
    case 'datetime':
      to.u8(0x6f).u8(8);
      return;
    case 'datetime2':
      to.u8(0x2a).u8(3);
      return;
    case 'decimal':
      to.u8(0x6c).u8(decimalBytes(type.digits)).u8(type.digits).u8(type.scale);
      return;
    case 'char':
      to.u8(0xaf).u16(type.length).raw(COLLATION);
      return;
    case 'nvarchar':
      to.u8(0xe7)
        .u16(type.length === 'max' ? 0xffff : type.length * 2)
        .raw(COLLATION);
      return;
    case 'varbinary':
      to.u8(0xa5).u16(type.length === 'max' ? 0xffff : type.length);
      return;
    case 'variant':
      to.u8(0x62).u32(8009);
      return;
  }
}

export function decimalBytes(digits: number): number {
  if (digits <= 9) return 5;
  if (digits <= 19) return 9;
  return digits <= 28 ? 13 : 17;
}
