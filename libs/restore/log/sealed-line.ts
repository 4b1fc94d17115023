import { hash } from 'node:crypto';

const SUM = /^(.*),"sum":"([0-9a-f]{64})"\}$/s;

/** An object as one line of a restore log: its last key `sum` is the SHA-256 over the line without that key. */
export function sealedLine(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"sum":"${hash('sha256', text)}"}\n`;
}

/** What a line without its line feed holds; undefined if the sum is not that of the line. */
export function openSealedLine(line: string): unknown {
  const [, text, sum] = SUM.exec(line) ?? [];
  if (text === undefined || hash('sha256', `${text}}`) !== sum) return undefined;
  return JSON.parse(`${text}}`);
}
