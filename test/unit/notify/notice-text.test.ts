import { expect, test } from 'vitest';
import { noticeOf } from '#notify/notice-of.ts';
import { noticeText } from '#notify/notice-text.ts';
import { settableClock } from '../../fakes/settable-clock.ts';

test('a notice for a person: what, what to do, whose, when', () => {
  const event = {
    id: '2026-04-10T21:45:00Z alert',
    kind: 'alert' as const,
    message: 'backups failed 2 times in a row: the disk is full\nand a second line',
    hint: 'make room',
    run: {
      operation: 'backup',
      state: 'failed',
      code: 'space-low',
      startedAt: '2026-04-10T21:45:00Z',
      durationMs: 2500,
    },
  };
  const system = { id: '0190-door', name: 'Door Control' };
  const notice = noticeOf(event, { system, host: 'server7', clock: settableClock() });
  expect(notice.title).toBe('Door Control: ALARM: backups keep failing');
  expect(noticeText(notice)).toBe(
    [
      'Door Control: ALARM: backups keep failing',
      '',
      'backups failed 2 times in a row: the disk is full',
      'and a second line',
      '',
      'What to do: make room',
      'System: Door Control (0190-door) on server7',
      'Time: 2026-04-10T21:45:00Z',
      'Outcome: failed (space-low) after 2.5 s',
      'Event: 2026-04-10T21:45:00Z alert',
      '',
    ].join('\n'),
  );
});
