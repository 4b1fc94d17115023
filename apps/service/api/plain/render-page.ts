import { type ComponentChildren, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { PlainTexts } from './plain-texts.ts';

export interface PlainPage {
  title: string;
  /** The page's folder, as seen from this one: `../../`. */
  top: string;
  /** Seconds after which the browser loads it again. */
  again?: number | undefined;
}

/** A whole page without scripts. What is put into it is text: markup in it is shown, not obeyed. */
export function renderPage(
  t: PlainTexts,
  { title, top, again }: PlainPage,
  content: ComponentChildren,
): string {
  const page = h(
    'html',
    { lang: t.language },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      again === undefined ? null : h('meta', { 'http-equiv': 'refresh', content: String(again) }),
      h('title', null, title),
      h('link', { rel: 'stylesheet', href: `${top}page/page.css` }),
    ),
    h('body', null, h('main', { class: 'container' }, h('h1', null, title), content)),
  );
  return `<!doctype html>${renderToString(page)}`;
}
