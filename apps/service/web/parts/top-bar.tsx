import { useState } from 'preact/hooks';
import { useApi } from '../api/use-api.ts';
import { PasswordDialog } from '../me/password-dialog.tsx';
import { useHasTenants } from '../tenants/use-has-tenants.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChooseLanguage } from './choose-language.tsx';
import { TenantName } from './tenant-name.tsx';
import { addressOf, VIEWS, type ViewName } from './use-route.ts';

/** Whose page it is, who is signed in, and the way to the views that there are for this person. */
export function TopBar({ view, signOut }: { view: ViewName; signOut: () => Promise<void> }) {
  const { t } = useTexts();
  return (
    <header class="container top">
      <p class="brand">
        <img src="page/icon.svg" alt="" width="28" height="28" /> {t.page.title}
      </p>
      <TenantName />
      <Person signOut={signOut} />
      <nav aria-label={t.page.views}>
        <ul class="views">
          {useViews().map((name) => (
            <li key={name} class="view">
              <a href={addressOf(name)} aria-current={name === view ? 'page' : undefined}>
                {t.view[name]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

function useViews(): readonly ViewName[] {
  const { may } = useApi();
  const hasTenants = useHasTenants();
  return VIEWS.filter(
    (name) => (name !== 'access' || may('administrator')) && (name !== 'tenants' || hasTenants),
  );
}

function Person({ signOut }: { signOut: () => Promise<void> }) {
  const { t } = useTexts();
  const { me } = useApi();
  const [changing, setChanging] = useState(false);
  return (
    <div class="who">
      <span>{t.page.signedInAs(me.name, t.role[me.role])}</span>
      <button type="button" class="small secondary outline" onClick={() => setChanging(true)}>
        {t.me.open}
      </button>
      <ChooseLanguage />
      <button type="button" class="small secondary outline" onClick={() => void signOut()}>
        {t.page.signOut}
      </button>
      {changing && <PasswordDialog close={() => setChanging(false)} />}
    </div>
  );
}
