import type { FunctionComponent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { AccessView } from '../access/access-view.tsx';
import { useApi } from '../api/use-api.ts';
import { RunContext, useRunState } from '../api/use-run.ts';
import { ArchivesView } from '../archives/archives-view.tsx';
import { DocsView } from '../docs/docs-view.tsx';
import { DrillsView } from '../drills/drills-view.tsx';
import { HistoryView } from '../history/history-view.tsx';
import { JournalView } from '../journal/journal-view.tsx';
import { PasswordDialog } from '../me/password-dialog.tsx';
import { SettingsView } from '../settings/settings-view.tsx';
import { StartView } from '../start/start-view.tsx';
import { TenantsView } from '../tenants/tenants-view.tsx';
import { useHasTenants } from '../tenants/use-has-tenants.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChooseLanguage } from './choose-language.tsx';
import { Notice } from './notice.tsx';
import { TenantName } from './tenant-name.tsx';
import { addressOf, useRoute, VIEWS, type ViewName } from './use-route.ts';

const SHOWN: Record<ViewName, FunctionComponent> = {
  start: StartView,
  tenants: TenantsView,
  archives: ArchivesView,
  settings: SettingsView,
  journal: JournalView,
  history: HistoryView,
  drills: DrillsView,
  access: AccessView,
  docs: DocsView,
};

/** What surrounds every view: the way to the others, who is signed in, and the run that goes on. */
export function Shell({ signOut }: { signOut: () => Promise<void> }) {
  const { t } = useTexts();
  const { api, me, may } = useApi();
  const run = useRunState(api);
  const view = useRoute();
  const heading = useFocusAfterChange(view);
  const View = SHOWN[view];
  const hasTenants = useHasTenants();
  const [changing, setChanging] = useState(false);
  const views = VIEWS.filter(
    (name) =>
      (name !== 'access' || may('administrator')) &&
      (name !== 'tenants' || hasTenants) &&
      // Drills are made of the service's own system.
      (name !== 'drills' || me.tenant === null),
  );
  useEffect(() => {
    document.title = `${t.view[view]} – ${t.page.title}`;
  }, [t, view]);
  return (
    <RunContext.Provider value={run}>
      <button type="button" class="skip" onClick={() => heading.current?.focus()}>
        {t.page.skip}
      </button>
      <header class="container top">
        <p class="brand">
          <img src="page/icon.svg" alt="" width="28" height="28" /> {t.page.title}
        </p>
        <TenantName />
        <div class="who">
          <span>{t.page.signedInAs(me.name, t.role[me.role])}</span>
          {me.csrf !== null && (
            <button type="button" class="small secondary outline" onClick={() => setChanging(true)}>
              {t.me.open}
            </button>
          )}
          <ChooseLanguage />
          <button type="button" class="small secondary outline" onClick={() => void signOut()}>
            {t.page.signOut}
          </button>
        </div>
        <nav aria-label={t.page.views}>
          <ul class="views">
            {views.map((name) => (
              <li key={name} class="view">
                <a href={addressOf(name)} aria-current={name === view ? 'page' : undefined}>
                  {t.view[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main class="container" id="content">
        {run.lost && <Notice kind="warn" title={t.page.lost} />}
        <h1 tabIndex={-1} ref={heading}>
          {t.view[view]}
        </h1>
        <View key={view} />
      </main>
      {changing && <PasswordDialog close={() => setChanging(false)} />}
    </RunContext.Provider>
  );
}

/** Whoever reads by ear, or goes on by keyboard, begins at the new view's heading. */
function useFocusAfterChange(view: ViewName) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(view);
  useEffect(() => {
    if (before.current !== view) heading.current?.focus();
    before.current = view;
  }, [view]);
  return heading;
}
