import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../api/answers.ts';
import type { Api } from '../api/open-api.ts';
import { useAction } from '../api/use-action.ts';
import { ChooseLanguage } from '../parts/choose-language.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { SignInFailure } from './sign-in-failure.tsx';

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

function PasswordForm({ api, signedIn }: { api: Api; signedIn: (me: Me) => void }) {
  const { t } = useTexts();
  const action = useAction();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    void action.run(async () => signedIn(await api.send<Me>('POST', 'api/sign-in', { name, password })));
  };
  return (
    <form onSubmit={submit}>
      <h1>{t.signIn.title}</h1>
      <SignInFailure failure={action.failure} refused={t.signIn.refused} />
      <TextField label={t.signIn.name} value={name} change={setName} autocomplete="username" required />
      <TextField
        label={t.signIn.password}
        value={password}
        change={setPassword}
        isSecret
        autocomplete="current-password"
        required
      />
      <button type="submit" aria-busy={action.busy}>
        {t.signIn.submit}
      </button>
    </form>
  );
}

function CodeForm(props: { api: Api; firstRun: boolean; signedIn: (me: Me) => void }) {
  const { t } = useTexts();
  const action = useAction();
  const [code, setCode] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    const given = { code: code.trim(), name: name.trim(), password };
    void action.run(async () => props.signedIn(await props.api.send<Me>('POST', 'api/sign-in/first', given)));
  };
  return (
    <form onSubmit={submit}>
      <h1>{props.firstRun ? t.signIn.firstTitle : t.signIn.codeTitle}</h1>
      <p>{props.firstRun ? t.signIn.firstWhy : t.signIn.codeWhy}</p>
      <pre>{props.firstRun ? 'lifeboat sign-in code' : 'lifeboat sign-in reset NAME'}</pre>
      <SignInFailure failure={action.failure} refused={t.signIn.codeRefused} />
      <TextField label={t.signIn.code} value={code} change={setCode} autocomplete="one-time-code" required />
      <TextField label={t.signIn.name} value={name} change={setName} autocomplete="username" required />
      <TextField
        label={t.signIn.newPassword}
        help={t.signIn.passwordHelp}
        value={password}
        change={setPassword}
        isSecret
        autocomplete="new-password"
        required
      />
      <button type="submit" aria-busy={action.busy}>
        {t.signIn.firstSubmit}
      </button>
    </form>
  );
}
