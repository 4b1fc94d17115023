import { expect, test } from 'vitest';
import { hookVariables } from '#hooks/hook-variables.ts';

const SYSTEM = { id: '0190-door', name: 'Door Control', conf: '/etc/sysbackup.conf', place: '/backup' };
const RUN = {
  state: 'failed',
  code: 'space-low',
  number: 23,
  message: 'no space',
  startedAt: '2026-04-10T21:45:00Z',
  durationMs: 1500,
  archive: undefined,
};

test('before: which system; nothing of a run that has not been', () => {
  expect(hookVariables('before', SYSTEM)).toEqual({
    LIFEBOAT_MOMENT: 'before',
    LIFEBOAT_SYSTEM_ID: '0190-door',
    LIFEBOAT_SYSTEM: 'Door Control',
    LIFEBOAT_CONF: '/etc/sysbackup.conf',
    LIFEBOAT_PLACE: '/backup',
    LIFEBOAT_OUTCOME: '',
    LIFEBOAT_CODE: '',
    LIFEBOAT_NUMBER: '',
    LIFEBOAT_STARTED: '',
    LIFEBOAT_DURATION_MS: '',
    LIFEBOAT_ARCHIVE: '',
    LIFEBOAT_ALERT: '',
    LIFEBOAT_MESSAGE: '',
  });
});

test('[FD-25] after: outcome, code and archive', () => {
  const run = { ...RUN, state: 'done', code: 'done', number: 0, archive: '/backup/door 1.zip' };
  expect(hookVariables('after', SYSTEM, { run })).toMatchObject({
    LIFEBOAT_OUTCOME: 'done',
    LIFEBOAT_CODE: 'done',
    LIFEBOAT_NUMBER: '0',
    LIFEBOAT_DURATION_MS: '1500',
    LIFEBOAT_ARCHIVE: '/backup/door 1.zip',
  });
});

test('a value is one line of bounded length that a program can be given', () => {
  const run = { ...RUN, message: `a\0b\nc\u2028${'x'.repeat(1_000_000)}` };
  const { LIFEBOAT_MESSAGE: message = '' } = hookVariables('after', SYSTEM, { run });
  expect(message).toMatch(/^a b c x+$/);
  expect(message).toHaveLength(4096);
});
