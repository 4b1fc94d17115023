import { useState } from 'preact/hooks';
import type { Me } from '../api/answers.ts';
import type { Api } from '../api/open-api.ts';
import { useAction } from '../api/use-action.ts';
import { PasswordField } from '../parts/password-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { SignInFailure } from './sign-in-failure.tsx';

/** By name and password. */
export function PasswordForm({ api, signedIn }: { api: Api; signedIn: (me: Me) => void }) {
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
      <PasswordField label={t.signIn.password} value={password} change={setPassword} />
      <button type="submit" aria-busy={action.busy}>
        {t.signIn.submit}
      </button>
    </form>
  );
}
