import { expect, test } from 'vitest';
import { outputTail } from '#hooks/output-tail.ts';

test('what is short is kept whole, without empty lines', () => {
  const output = outputTail();
  for (const part of ['one\ntw', 'o\r\n\n', '  three  \n']) output.add(Buffer.from(part));
  expect(output.lines()).toEqual(['one', 'two', '  three']);
});

test('of many lines the first and the last twenty are kept', () => {
  const output = outputTail();
  output.add(Buffer.from(Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join('')));
  const lines = output.lines();
  expect(lines).toHaveLength(41);
  expect(lines.slice(19, 22)).toEqual(['line 19', '... 60 lines left out ...', 'line 80']);
});

test.each([1, 7, 4096, 65_536])('of a flood in pieces of %i bytes its ends are kept, and no more', (size) => {
  const output = outputTail();
  const total = 65_536 * 4;
  const flood = Buffer.concat([
    Buffer.from('the beginning\n'),
    Buffer.alloc(total, 'x'),
    Buffer.from('\nthe end\n'),
  ]);
  const step = size === 1 ? 97 : size;
  for (let at = 0; at < flood.length; at += step) output.add(flood.subarray(at, at + step));
  const lines = output.lines();
  expect(lines[0]).toBe('the beginning');
  expect(lines.at(-1)).toBe('the end');
  expect(lines).toContain(`... more than ${flood.length - 16_384} bytes left out ...`);
  expect(lines.join('').length).toBeLessThan(2000);
});
