import { h } from 'preact';
import { buttonForm } from './button-form.ts';
import type { PlainTexts } from './plain-texts.ts';
import { renderPage } from './render-page.ts';

/** TN-06: asks before an archive is deleted, and says so where nothing could be restored without it. */
export function renderQuestion(
  t: PlainTexts,
  { file, lastGood }: { file: string; lastGood: boolean },
  csrf: string,
): string {
  const answer = { name: file, confirm: 'yes', ...(lastGood ? { last_good: 'yes' } : {}) };
  return renderPage(t, { title: t.ask(file), top: '../../../' }, [
    lastGood ? h('p', { role: 'alert' }, t.askLastGood) : null,
    buttonForm({ action: 'delete', csrf, fields: answer, text: t.delete, look: 'danger' }),
    h('p', null, h('a', { href: '../backup' }, t.keepIt)),
  ]);
}
