import { de } from './de.ts';
import { en, type Texts } from './en.ts';

/** Every language of the page, by its code. */
export const LANGUAGES: Readonly<Record<string, Texts>> = { en, de };

/** The first of the reader's languages that the page has; English if it has none of them. */
export function chooseLanguage(wanted: readonly string[]): string {
  const codes = wanted.map((locale) => locale.split('-')[0] ?? '');
  return codes.find((code) => code in LANGUAGES) ?? 'en';
}

/** The reader's own way with dates and numbers in that language: `de-AT` for a reader from Austria. */
export function localeFor(language: string, wanted: readonly string[]): string {
  return wanted.find((locale) => locale.split('-')[0] === language) ?? language;
}
