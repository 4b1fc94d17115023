import { useState } from 'preact/hooks';
import type { Me } from '../api/answers.ts';
import type { Api } from '../api/open-api.ts';
import { useAction } from '../api/use-action.ts';
import { PasswordField } from '../parts/password-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { SignInFailure } from './sign-in-failure.tsx';

/** By a one-time code, with which its owner chooses his password. */
export function CodeForm(props: { api: Api; firstRun: boolean; signedIn: (me: Me) => void }) {
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
      <PasswordField
        isNew
        label={t.signIn.newPassword}
        help={t.signIn.passwordHelp}
        value={password}
        change={setPassword}
      />
      <button type="submit" aria-busy={action.busy}>
        {t.signIn.firstSubmit}
      </button>
    </form>
  );
}
