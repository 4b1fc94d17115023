import { LANGUAGES } from '../texts/languages.ts';
import { useTexts } from '../texts/use-texts.ts';

export function ChooseLanguage() {
  const { t, language, choose } = useTexts();
  return (
    <select
      class="small language"
      aria-label={t.page.language}
      value={language}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {Object.entries(LANGUAGES).map(([code, texts]) => (
        <option key={code} value={code} lang={code}>
          {texts.name}
        </option>
      ))}
    </select>
  );
}
