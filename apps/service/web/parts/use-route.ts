import { useEffect, useState } from 'preact/hooks';
import type { Texts } from '../texts/en.ts';

export type ViewName = keyof Texts['view'];

export const VIEWS: readonly ViewName[] = [
  'tenants',
  'start',
  'archives',
  'settings',
  'journal',
  'history',
  'drills',
  'access',
  'docs',
];

/** The view that the address names behind #, so that it can be linked to and the browser's Back works. */
export function useRoute(): ViewName {
  const [view, setView] = useState(viewOf);
  useEffect(() => {
    const changed = () => setView(viewOf());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return view;
}

export function addressOf(view: ViewName): string {
  return `#/${view === 'start' ? '' : view}`;
}

function viewOf(): ViewName {
  return VIEWS.find((view) => addressOf(view) === location.hash) ?? 'start';
}
