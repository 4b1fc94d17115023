import { readCommandText, readValue } from './read-value.ts';

/**
 * How a value is to stand right of a `=`: the plainest form that reads back as exactly this value.
 * Undefined if there is none (a command line with a line break).
 */
export function writeValue(value: string, options: { command: boolean }): string | undefined {
  const read = options.command ? readCommandText : readValue;
  const forms = [value, value.replace(/[\\;#]/g, '\\$&'), `'${value}'`, JSON.stringify(value)];
  return forms.find((form) => {
    const back = read(form);
    return !/[\r\n]/.test(form) && back.trap === undefined && back.value === value;
  });
}
