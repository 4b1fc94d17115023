import type { ApiFailure, Rule } from '../api/api-failure.ts';
import { sayIn } from '../texts/said.ts';
import type { Reader } from '../texts/use-texts.ts';

/**
 * What the service says is wrong, by the key of sysbackup.conf, in the reader's language as far as it has words for it;
 * `allowed` are those of this language for what each key takes.
 */
export function fieldErrors(
  failure: ApiFailure | undefined,
  reader: Pick<Reader, 't' | 'formats' | 'language'>,
  allowed: Record<string, string | undefined> = reader.t.settings.allowed,
): Record<string, string> {
  if (failure === undefined) return {};
  const { code, facts, fields, rules } = failure;
  // A path that cannot be used is refused for what it is (BS-12).
  if (facts?.['key'] !== undefined) {
    const said = sayIn(reader.t.said, { code }, facts, reader.formats);
    const text = said === undefined ? failure.message : [said.text, said.todo].filter(Boolean).join(' ');
    return { [facts['key']]: text, ...fields };
  }
  return Object.fromEntries(
    Object.entries(fields).map(([key, words]) => [key, wordsFor(allowed[key], rules[key], reader) ?? words]),
  );
}

/** Undefined: the service's own words are shown. */
function wordsFor(
  allowed: string | undefined,
  rule: Rule | undefined,
  { t, formats, language }: Pick<Reader, 't' | 'formats' | 'language'>,
): string | undefined {
  // They are English, and tell besides what was found.
  if (language === 'en') return undefined;
  if (rule?.name === 'whole-number') {
    return t.settings.wholeNumber(formats.number(rule.from), formats.number(rule.to));
  }
  if (rule?.name === 'choice') return t.settings.choice(rule.options.join(', '));
  return allowed;
}
