import { expect, test } from 'vitest';
import type { ChannelDetails } from '../../../apps/service/web/api/answers.ts';
import { channelBody, channelDraft } from '../../../apps/service/web/channels/channel-draft.ts';
import { watchDraft, watchValue } from '../../../apps/service/web/channels/watch-draft.ts';

const MAIL: ChannelDetails = {
  kind: 'mail',
  name: 'admins',
  secret: 'none',
  values: {
    ...{ host: 'mail.example.org', port: null, tls: null, tls_ca: null, tls_verify: null, user: null },
    ...{ from: 'a@example.org', to: 'b@example.org,c@example.org', on: null },
  },
};

test.each<[string, ChannelDetails]>([
  ['a mail of which nothing but the least is written', MAIL],
  ['events in another order', { ...MAIL, values: { ...MAIL.values, on: 'too-old,success' } }],
  ['words in capitals', { ...MAIL, values: { ...MAIL.values, tls: 'yes', tls_verify: 'no' } }],
  ['a webhook', { kind: 'webhook', name: 'a', secret: 'file', values: { on: null } }],
  [
    'a monitor',
    { kind: 'ping', name: 'a', secret: 'typed', values: { start: 'none', success: null, fail: null } },
  ],
])('nothing is sent for what was not changed: %s', (_what, known) => {
  expect(channelBody(channelDraft(known), known)).toEqual({ values: {} });
});

test('what was changed is sent, what was emptied is taken out, and without encryption its keys go', () => {
  const known = { ...MAIL, values: { ...MAIL.values, tls_ca: '/ca.pem', tls_verify: 'no', user: 'u' } };
  const draft = channelDraft(known);
  const values = { ...draft.values, tls: 'no', host: ' localhost ', user: '', port: '25' };
  expect(channelBody({ ...draft, values, secret: ' p ' }, known)).toEqual({
    values: { host: 'localhost', port: '25', tls: 'no', tls_ca: null, tls_verify: null, user: null },
    secret: ' p ',
  });
});

test('a new one: its defaults are not written, and what is missing is the service’s to say', () => {
  const draft = channelDraft(undefined);
  expect(channelBody(draft, undefined)).toEqual({ values: {}, secret: '' });
  expect(channelBody({ ...draft, secret: ' http://x/ ', on: ['failure'] }, undefined)).toEqual({
    values: { on: 'failure' },
    secret: 'http://x/',
  });
  expect(channelBody({ ...draft, on: [] }, undefined).values).toEqual({ on: '' });
  expect(channelBody({ ...draft, kind: 'mail' }, undefined)).toEqual({
    values: { host: '', from: '', to: '' },
  });
});

test.each([
  [null, { when: 'schedule' }, null],
  ['schedule', { when: 'schedule' }, 'schedule'],
  ['Never', { when: 'never' }, 'never'],
  ['1 Day', { when: 'age', count: '1', unit: 'days' }, '1 day'],
  ['36  hours', { when: 'age', count: '36', unit: 'hours' }, '36 hours'],
])('the age %s is shown as it is, and saved so', (written, shown, saved) => {
  const draft = watchDraft({ max_age: written });
  expect(draft).toMatchObject(shown);
  expect(watchValue(draft, written)).toBe(saved);
});
