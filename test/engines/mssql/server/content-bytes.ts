import type { Value } from '../tds/column-types.ts';
import type { Content } from './model.ts';

/** Tables, objects and users as bytes, for backups and comparisons. */
export function contentBytes(content: Content): Buffer {
  return Buffer.from(
    JSON.stringify(content, function (this: Record<string, unknown>, key, value) {
      return tag(this[key], value);
    }),
  );
}

export function readContent(bytes: Buffer): Content {
  return JSON.parse(bytes.toString(), (_key, value) => untag(value)) as Content;
}

function tag(raw: unknown, value: unknown): unknown {
  if (typeof raw === 'bigint') return { $: 'bigint', value: raw.toString() };
  if (Buffer.isBuffer(raw)) return { $: 'bytes', value: raw.toString('hex') };
  if (raw instanceof Temporal.PlainDateTime) return { $: 'date', value: raw.toString() };
  return value;
}

function untag(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('$' in value) || !('value' in value)) return value;
  const text = String(value.value);
  const made: Record<string, () => Value> = {
    bigint: () => BigInt(text),
    bytes: () => Buffer.from(text, 'hex'),
    date: () => Temporal.PlainDateTime.from(text),
  };
  return made[String(value.$)]?.();
}
