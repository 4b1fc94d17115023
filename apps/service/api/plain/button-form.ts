import { type ComponentChildren, h } from 'preact';

export interface ButtonForm {
  action: string;
  csrf: string;
  fields?: Record<string, string>;
  text: string;
  /** What it is called where the page is read out, if that is more than its text. */
  label?: string;
  /** Its class in the style sheet of the large page. */
  look?: string;
}

/** A form that is one button. */
export function buttonForm({ action, csrf, fields, text, label, look }: ButtonForm): ComponentChildren {
  const hidden = Object.entries({ csrf, ...fields }).map(([name, value]) =>
    h('input', { type: 'hidden', name, value }),
  );
  const button = h('button', { type: 'submit', 'aria-label': label, class: look }, text);
  return h('form', { method: 'post', action }, hidden, button);
}
