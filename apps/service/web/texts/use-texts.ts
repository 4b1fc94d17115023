import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';
import type { Texts } from './en.ts';
import { en } from './en.ts';
import { createFormats, type Formats } from './formats.ts';
import { chooseLanguage, LANGUAGES, localeFor } from './languages.ts';

export interface Reader {
  t: Texts;
  formats: Formats;
  /** Code of the language. */
  language: string;
  choose(language: string): void;
}

export const ReaderContext = createContext<Reader | undefined>(undefined);

/** Texts and formats of the language that the page is read in. */
export function useTexts(): Reader {
  const found = useContext(ReaderContext);
  if (found === undefined) throw new Error('nothing is shown before a language is chosen');
  return found;
}

const STORED = 'lifeboat-language';

/** The language chosen on this page before, else the browser's. */
export function useReader(): Reader {
  const [language, setLanguage] = useState(() =>
    chooseLanguage([localStorage.getItem(STORED) ?? '', ...navigator.languages]),
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return useMemo(
    () => ({
      t: LANGUAGES[language] ?? en,
      formats: createFormats(localeFor(language, navigator.languages)),
      language,
      choose(chosen) {
        localStorage.setItem(STORED, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
}
