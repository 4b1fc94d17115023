import { writtenValues } from '#settings/written-values.ts';

/** A line for each key of a section that is another one in the conf after, places of secrets left out. */
export function valueChanges(section: string, before: string, after: string): string[] {
  const was = writtenValues(before, section);
  const is = writtenValues(after, section);
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((key) => was[key] !== is[key] && !/_(file|env)$/.test(key))
    .map((key) => `${section}: ${key} is ${is[key] ?? 'not set'} now, was ${was[key] ?? 'not set'}`);
}
