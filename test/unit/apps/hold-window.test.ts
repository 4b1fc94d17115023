import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { holdWindow } from '../../../apps/restore/wizard/hold-window.ts';

function started(words: string[], platform: NodeJS.Platform, isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.ReadStream & PassThrough;
  const stdout = new PassThrough();
  let ended = false;
  const held = holdWindow({ platform, words, stdin, stdout }).then(() => {
    ended = true;
  });
  return { stdin, stdout, held, hasEnded: () => ended };
}

test('started by a double click on Windows the wizard keeps its window until Enter', async () => {
  const { stdin, stdout, held, hasEnded } = started([], 'win32', true);
  await expect.poll(() => String(stdout.read() ?? '')).toContain('Press Enter to close this window');
  expect(hasEnded()).toBe(false);
  stdin.write('\n');
  await held;
});

test('the window goes too when the input ends', async () => {
  const { stdin, held } = started([], 'win32', true);
  stdin.end();
  await held;
});

test.each([
  ['with a command', ['plan', 'a.zip'], 'win32', true],
  ['without a person', [], 'win32', false],
  ['elsewhere than on Windows', [], 'linux', true],
] as const)('nothing waits for Enter %s', async (_what, words, platform, isTTY) => {
  const { stdout, held } = started([...words], platform, isTTY);
  await held;
  expect(stdout.read()).toBe(null);
});
