import { type ComponentChildren, h } from 'preact';

/** A form that is one button; `label`: what it is called where the page is read out. */
export function buttonForm(
  action: string,
  csrf: string,
  fields: Record<string, string>,
  text: string,
  label?: string,
): ComponentChildren {
  const hidden = Object.entries({ csrf, ...fields }).map(([name, value]) =>
    h('input', { type: 'hidden', name, value }),
  );
  return h(
    'form',
    { method: 'post', action },
    hidden,
    h('button', { type: 'submit', 'aria-label': label }, text),
  );
}
