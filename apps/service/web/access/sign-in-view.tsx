import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../api/answers.ts';
import type { Api } from '../api/open-api.ts';
import { ChooseLanguage } from '../parts/choose-language.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { CodeForm } from './code-form.tsx';
import { PasswordForm } from './password-form.tsx';

/** The way in: by name and password, or by a one-time code that lets its owner choose a password. */
export function SignInView(props: { api: Api; firstRun: boolean; signedIn: (me: Me) => void }) {
  const { t } = useTexts();
  const [byCode, setByCode] = useState(props.firstRun);
  useEffect(() => {
    document.title = `${t.signIn.title} – ${t.page.title}`;
  }, [t]);
  return (
    <>
      <header class="container narrow top">
        <p class="brand">
          <img src="page/icon.svg" alt="" width="28" height="28" /> {t.page.title}
        </p>
        <ChooseLanguage />
      </header>
      <main class="container narrow">
        <article>
          {byCode ? <CodeForm {...props} /> : <PasswordForm {...props} />}
          {!props.firstRun && (
            <button type="button" class="link" onClick={() => setByCode(!byCode)}>
              {byCode ? t.signIn.withPassword : t.signIn.withCode}
            </button>
          )}
        </article>
      </main>
    </>
  );
}
