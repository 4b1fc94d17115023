import type { FunctionComponent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { AccessView } from '../access/access-view.tsx';
import { useApi } from '../api/use-api.ts';
import { RunContext, useRunState } from '../api/use-run.ts';
import { ArchivesView } from '../archives/archives-view.tsx';
import { DocsView } from '../docs/docs-view.tsx';
import { DrillsView } from '../drills/drills-view.tsx';
import { HistoryView } from '../history/history-view.tsx';
import { JournalView } from '../journal/journal-view.tsx';
import { SettingsView } from '../settings/settings-view.tsx';
import { StartView } from '../start/start-view.tsx';
import { TenantsView } from '../tenants/tenants-view.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { Notice } from './notice.tsx';
import { TopBar } from './top-bar.tsx';
import { useRoute, type ViewName } from './use-route.ts';

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
  const { api } = useApi();
  const run = useRunState(api);
  const view = useRoute();
  const heading = useFocusAfterChange(view);
  const View = SHOWN[view];
  useEffect(() => {
    document.title = `${t.view[view]} – ${t.page.title}`;
  }, [t, view]);
  return (
    <RunContext.Provider value={run}>
      <button type="button" class="skip" onClick={() => heading.current?.focus()}>
        {t.page.skip}
      </button>
      <TopBar view={view} signOut={signOut} />
      <main class="container" id="content">
        {run.lost && <Notice kind="warn" title={t.page.lost} />}
        <h1 tabIndex={-1} ref={heading}>
          {t.view[view]}
        </h1>
        <View key={view} />
      </main>
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
