import { h } from 'preact';
import type { PlainTexts } from './plain-texts.ts';
import { renderPage } from './render-page.ts';

/** Why a request was not even looked at, with the way to the sign-in for whoever is not signed in. */
export function renderRefusal(
  t: PlainTexts,
  { status, message, hint, top }: { status: number; message: string; hint?: string | undefined; top: string },
): string {
  return renderPage(t, { title: t.refused, top }, [
    h('p', { role: 'alert' }, message),
    hint === undefined ? null : h('p', null, hint),
    h('p', null, h('a', { href: top }, status === 401 ? t.signIn : t.back)),
  ]);
}
