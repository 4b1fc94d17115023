import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactSecrets } from '#platform/redact-secrets.ts';

test('a secret is taken out however a text writes it', () => {
  const secret = `p"a ß/$&.*[x`;
  const redact = redactSecrets([secret]);
  const texts = [
    `using ${secret} now`,
    JSON.stringify({ password: secret }),
    `?key=${encodeURIComponent(secret)}`,
    `Basic ${Buffer.from(secret).toString('base64')}`,
  ];
  expect(texts.map(redact)).toEqual([
    'using [secret] now',
    '{"password":"[secret]"}',
    '?key=[secret]',
    expect.stringMatching(/^Basic \[secret\]=*$/),
  ]);
});

test('of an address the parts that may be tokens go, its host stays', () => {
  const redact = redactSecrets(['https://user:geheim@chat.example.org/hooks/T0K3NT0K3N?key=abcdefgh']);
  expect(redact('POST /hooks/T0K3NT0K3N?key=abcdefgh to chat.example.org')).toBe(
    'POST [secret] to chat.example.org',
  );
  expect(redact('user geheim T0K3NT0K3N abcdefgh hooks')).toBe('[secret] [secret] [secret] [secret] hooks');
});

test('a short secret goes where it stands alone, and other words stay', () => {
  expect(redactSecrets(['ab'])('ab, "ab" about cab')).toBe('[secret], "[secret]" about cab');
  expect(redactSecrets([''])('nothing')).toBe('nothing');
});

test('whatever the secrets are, none of four characters or more is left', () => {
  const secret = fc.string({ unit: 'binary', minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.array(fc.string()),
      (secrets, between) => {
        const text = secrets.map((one, index) => `${between[index] ?? ' '}${one}`).join('-');
        const left = redactSecrets(secrets)(text).replaceAll('[secret]', '');
        for (const one of secrets) if (!'[secret]'.includes(one)) expect(left.includes(one)).toBe(false);
      },
    ),
    { numRuns: 200 },
  );
});
