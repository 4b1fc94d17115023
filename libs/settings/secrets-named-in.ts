import { resolve } from 'node:path';
import { readValue } from './read-value.ts';
import { scanConf } from './scan-conf.ts';
import type { SecretSource } from './secret-source.ts';

/** Every place of a secret that a conf text names, also in a conf that is broken elsewhere. */
export function secretsNamedIn(text: string): SecretSource[] {
  const entries = scanConf(text).flatMap(({ what }) =>
    what.kind === 'entry' && what.raw !== undefined
      ? [{ key: what.key, value: readValue(what.raw).value }]
      : [],
  );
  const root = entries.find(({ key }) => key === 'root')?.value ?? '/';
  return entries.flatMap(({ key, value }): SecretSource[] => {
    if (value === '') return [];
    if (/^(password|url)_file$/.test(key)) return [{ from: 'file', file: resolve(root, value) }];
    if (/^(password|url)_env$/.test(key)) return [{ from: 'environment', variable: value }];
    return [];
  });
}
