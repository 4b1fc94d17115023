import { type ColumnType, nvarchar, TYPE, type Value } from '../tds/column-types.ts';
import { castValue } from './cast-value.ts';
import { commonType } from './common-type.ts';
import { compareValues } from './compare-values.ts';
import type { Compiled } from './compile-expression.ts';
import type { Expression } from './expression.ts';
import { refusal } from './sql-failure.ts';

type Operation = Extract<Expression, { kind: 'unary' | 'binary' }>;

export function compileOperator(of: Operation, compile: (inner: Expression) => Compiled): Compiled {
  if (of.kind === 'unary') return compileUnary(of.operator, compile(of.of));
  const [left, right] = [compile(of.left), compile(of.right)];
  if (of.operator === 'and' || of.operator === 'or') return compileLogic(of.operator, left, right);
  const compare = COMPARE[of.operator];
  if (compare) {
    return {
      type: TYPE.bit,
      value(environment) {
        const order = compareValues(left.value(environment), right.value(environment));
        return order === undefined ? null : compare(order);
      },
    };
  }
  return compileArithmetic(of.operator, left, right);
}

const COMPARE: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function compileUnary(operator: string, of: Compiled): Compiled {
  return {
    type: operator === 'not' ? TYPE.bit : of.type,
    value(environment) {
      const value = of.value(environment);
      if (value === null || operator === '+') return value;
      if (operator === 'not') return value === false;
      if (operator === '~') return ~Number(value);
      return typeof value === 'bigint' ? -value : -Number(value);
    },
  };
}

/** With three values: what is not known stays so unless the other side decides. */
function compileLogic(operator: 'and' | 'or', left: Compiled, right: Compiled): Compiled {
  const decisive = operator === 'or';
  return {
    type: TYPE.bit,
    value(environment) {
      const first = left.value(environment);
      if (first === decisive) return decisive;
      const second = right.value(environment);
      if (second === decisive) return decisive;
      return first === null || second === null ? null : !decisive;
    },
  };
}

function compileArithmetic(operator: string, left: Compiled, right: Compiled): Compiled {
  const type = arithmeticType(operator, left.type, right.type);
  return {
    type,
    value(environment) {
      const [first, second] = [left.value(environment), right.value(environment)];
      if (first === null || second === null) return null;
      if (isText(type)) return String(first) + String(second);
      if (Buffer.isBuffer(first) && Buffer.isBuffer(second)) return Buffer.concat([first, second]);
      return castValue(calculate(operator, type, first, second), type);
    },
  };
}

function arithmeticType(operator: string, left: ColumnType, right: ColumnType): ColumnType {
  if (operator !== '+' || !isText(left) || !isText(right)) return commonType([left, right]);
  const length = (lengthOf(left) ?? Number.NaN) + (lengthOf(right) ?? Number.NaN);
  return length <= 4000 ? nvarchar(length) : TYPE.text;
}

function calculate(
  operator: string,
  type: ColumnType,
  left: Exclude<Value, null>,
  right: Exclude<Value, null>,
): Value {
  if ((operator === '/' || operator === '%') && Number(right) === 0) throw refusal(8134);
  if (type.kind === 'float' || type.kind === 'decimal') {
    return applyNumbers(operator, Number(left), Number(right));
  }
  return applyIntegers(operator, BigInt(left as number), BigInt(right as number));
}

function applyNumbers(operator: string, left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return operator === '/' ? left / right : left % right;
}

function applyIntegers(operator: string, left: bigint, right: bigint): bigint {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  if (operator === '/') return left / right;
  if (operator === '%') return left % right;
  if (operator === '&') return left & right;
  return operator === '|' ? left | right : left ^ right;
}

function isText(type: ColumnType): boolean {
  return type.kind === 'nvarchar' || type.kind === 'char';
}

function lengthOf(type: ColumnType): number | undefined {
  return 'length' in type && type.length !== 'max' ? type.length : undefined;
}
