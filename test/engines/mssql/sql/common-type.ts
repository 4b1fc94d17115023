import { type ColumnType, TYPE } from '../tds/column-types.ts';

/** The type that holds values of all of these: of numbers the wider, of texts the longer; text loses to numbers. */
export function commonType(types: readonly ColumnType[]): ColumnType {
  const [first = TYPE.int, ...others] = types;
  return others.reduce(wider, first);
}

const RANK: Record<ColumnType['kind'], number> = {
  varbinary: 0,
  char: 1,
  nvarchar: 2,
  guid: 3,
  bit: 4,
  int: 5,
  decimal: 6,
  float: 7,
  datetime: 8,
  datetime2: 9,
  variant: 10,
};

function wider(left: ColumnType, right: ColumnType): ColumnType {
  if (RANK[left.kind] !== RANK[right.kind]) return RANK[left.kind] > RANK[right.kind] ? left : right;
  return sizeOf(right) > sizeOf(left) ? right : left;
}

function sizeOf(type: ColumnType): number {
  switch (type.kind) {
    case 'int':
    case 'float':
      return type.bytes;
    case 'char':
    case 'nvarchar':
    case 'varbinary':
      return type.length === 'max' ? Number.POSITIVE_INFINITY : type.length;
    case 'decimal':
      return type.digits;
    default:
      return 0;
  }
}
