import { resolve } from 'node:path';
import type { Importance } from '#sources/source.ts';
import type { ConfSection } from './collect-sections.ts';
import { type DecodedEntry, decodeEntries } from './decode-entries.ts';
import type { MistakeList, Rule } from './mistakes.ts';
import { quote } from './quote.ts';
import type { SectionKey } from './section-keys.ts';

/**
 * Takes typed values out of one section. What is wrong is recorded as a mistake and a stand-in of the right
 * type is returned, so that reading goes on to the next mistake; settings with mistakes are never used.
 */
export interface SectionReader {
  readonly name: string;
  has(key: SectionKey): boolean;
  /** The key's value. Without `pattern` every value that is not empty will do. */
  text(key: SectionKey, rule: TextRule): string | undefined;
  /** The same, and its absence is a mistake. */
  requiredText(key: SectionKey, rule: TextRule): string;
  choice<const T extends string>(key: SectionKey, options: readonly T[], otherwise: T): T;
  yesNo(key: SectionKey, otherwise: boolean): boolean;
  wholeNumber(key: SectionKey, range: { from: number; to: number; otherwise: number }): number;
  /** An absolute path; a relative one in the file is relative to the system's root. */
  path(key: SectionKey): string | undefined;
  requiredPath(key: SectionKey): string;
  /** All values of `key = a, b` and `key[] = c`, in the file's order; `comma` says where a list is cut. */
  list(key: SectionKey, rule: { comma: RegExp; allowed: string }): string[];
  importance(): Importance;
  mistake(key: SectionKey | undefined, found: string, allowed: string, rule?: Rule): void;
}

export interface TextRule {
  allowed: string;
  rule?: Rule;
  pattern?: RegExp;
  /** The value is kept out of messages. */
  secret?: boolean;
}

const PATH: TextRule = { allowed: 'a path (~ is not expanded)', pattern: /^(?!~)/ };

/** Checks the section's keys as a whole (unknown, twice, no list) and returns a reader of their values. */
export function sectionReader(
  section: ConfSection,
  context: { root: string; mistakes: MistakeList },
): SectionReader {
  const values = decodeEntries(section, context.mistakes);
  const texts = readTexts(section, values, context.mistakes);
  const absolute = (path: string) => resolve(context.root, path);
  return {
    name: section.name,
    ...texts,
    choice: (key, options, otherwise) => readChoice(texts, key, options, otherwise),
    yesNo: (key, otherwise) => readYesNo(texts, key, otherwise),
    wholeNumber: (key, range) => readWholeNumber(texts, key, range),
    path(key) {
      const path = texts.text(key, PATH);
      return path === undefined ? undefined : absolute(path);
    },
    requiredPath: (key) => absolute(texts.requiredText(key, PATH)),
    list: (key, rule) =>
      values.filter((entry) => entry.key === key).flatMap((entry) => itemsOf(entry, rule, texts.mistake)),
    importance: () => readImportance(texts),
  };
}

type TextReader = Pick<SectionReader, 'has' | 'text' | 'requiredText' | 'mistake'>;

function readTexts(section: ConfSection, values: DecodedEntry[], mistakes: MistakeList): TextReader {
  const has: TextReader['has'] = (key) => values.some((value) => value.key === key);
  const mistake: TextReader['mistake'] = (key, found, allowed, rule) => {
    const line = values.find((value) => value.key === key)?.line ?? section.line;
    const place = { line, section: section.title, ...(key === undefined ? {} : { key }) };
    mistakes.add(place, found, allowed, rule);
  };
  const text: TextReader['text'] = (key, rule) => {
    const value = values.find((entry) => entry.key === key)?.value;
    if (value === undefined) return undefined;
    if (value !== '' && (rule.pattern === undefined || rule.pattern.test(value))) return value;
    const found = value === '' ? 'nothing' : rule.secret ? 'something else' : quote(value);
    mistake(key, found, rule.allowed, rule.rule);
    return undefined;
  };
  const requiredText: TextReader['requiredText'] = (key, rule) => {
    if (!has(key)) mistake(key, 'no such key', `${rule.allowed} (required)`);
    return text(key, rule) ?? '';
  };
  return { has, mistake, text, requiredText };
}

function readChoice<const T extends string>(
  section: TextReader,
  key: SectionKey,
  options: readonly T[],
  otherwise: T,
): T {
  const allowed = options.join(', ');
  const rule: Rule = { name: 'choice', options };
  const value = section.text(key, { allowed, rule });
  if (value === undefined) return otherwise;
  const chosen = options.find((option) => option.toLowerCase() === value.toLowerCase());
  if (chosen === undefined) section.mistake(key, quote(value), allowed, rule);
  return chosen ?? otherwise;
}

function readYesNo(section: TextReader, key: SectionKey, otherwise: boolean): boolean {
  return readChoice(section, key, ['yes', 'no'], otherwise ? 'yes' : 'no') === 'yes';
}

function readWholeNumber(
  section: TextReader,
  key: SectionKey,
  { from, to, otherwise }: { from: number; to: number; otherwise: number },
): number {
  const allowed = `a whole number from ${from} to ${to}`;
  const rule: Rule = { name: 'whole-number', from, to };
  const value = section.text(key, { allowed, rule });
  if (value === undefined) return otherwise;
  const number = /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : Number.NaN;
  if (number >= from && number <= to) return number;
  section.mistake(key, quote(value), allowed, rule);
  return otherwise;
}

function readImportance(section: TextReader): Importance {
  const required = readYesNo(section, 'required', false);
  const optional = readYesNo(section, 'optional', false);
  if (required && optional) {
    section.mistake('optional', 'yes beside required = yes', 'yes for one of the two at most');
  }
  return required ? 'required' : optional ? 'optional' : 'normal';
}

function itemsOf(
  entry: DecodedEntry,
  rule: { comma: RegExp; allowed: string },
  mistake: SectionReader['mistake'],
): string[] {
  if (entry.value === undefined) return [];
  const items = entry.list ? [entry.value] : entry.value.split(rule.comma).map((item) => item.trim());
  if (items.includes('')) mistake(entry.key, 'an empty item', rule.allowed);
  return items.filter((item) => item !== '');
}
