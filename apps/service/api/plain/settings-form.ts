import { type ComponentChildren, h } from 'preact';
import type { Remark } from './open-remarks.ts';
import type { PlainTexts } from './plain-texts.ts';

/** The settings of a tenant's administrator, each with what is wrong with it beside it. */
export function settingsForm(
  t: PlainTexts,
  options: {
    values: Readonly<Record<string, string | undefined>>;
    csrf: string;
    remark: Pick<Remark, 'fields' | 'given'> | undefined;
  },
): ComponentChildren {
  const { values, csrf, remark } = options;
  const fields = Object.entries(t.fields).map(([key, label]) => {
    const value = remark?.given?.[key] ?? values[key] ?? '';
    const wrong = remark?.fields?.[key];
    const shared = {
      id: key,
      name: key,
      ...(wrong === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${key}-wrong` }),
    };
    const choices = t.choices[key];
    const field =
      choices === undefined ? h('input', { ...shared, type: 'text', value }) : select(choices, value, shared);
    const said = wrong === undefined ? null : h('small', { id: `${key}-wrong` }, wrong);
    return h('p', null, h('label', { for: key }, label), field, said);
  });
  return h(
    'form',
    { method: 'post', action: 'backup/settings' },
    h('input', { type: 'hidden', name: 'csrf', value: csrf }),
    fields,
    h('button', { type: 'submit' }, t.save),
  );
}

function select(choices: Record<string, string>, value: string, shared: object): ComponentChildren {
  const options = Object.entries(choices).map(([choice, text]) =>
    h('option', { value: choice, selected: choice === value }, text),
  );
  return h('select', shared, options);
}
