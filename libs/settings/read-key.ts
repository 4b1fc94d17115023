import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { quote } from './quote.ts';
import { readBounded } from './read-bounded.ts';
import { readValue } from './read-value.ts';
import { scanConf } from './scan-conf.ts';

/**
 * The value of a key in a conf file of the protected system: `section.key`, or a bare `key` that stands in
 * no section. As in the package `ini`, the last one counts if it stands there twice. Throws
 * `source-missing` if file, key or value are not there, `read-failed` if they cannot be read or understood;
 * the message names file and key. The file may have a byte order mark, and other encodings elsewhere in it.
 */
export async function readKey(file: string, key: string, signal?: AbortSignal): Promise<string> {
  const text = await readText(file, key, signal);
  const entries = scanConf(text).flatMap(({ section, what }) =>
    what.kind === 'entry' && !what.list
      ? [{ name: section === undefined ? what.key : `${section}.${what.key}`, key: what.key, raw: what.raw }]
      : [],
  );
  const entry = entries.findLast(({ name }) => name === key);
  if (entry === undefined) {
    const others = [...new Set(entries.filter((other) => other.key === key).map(({ name }) => name))];
    throw new LifeboatError(
      'source-missing',
      `${file} has no key ${quote(key)}`,
      others.length === 0 ? {} : { hint: `it has ${others.slice(0, 5).map(quote).join(', ')}` },
    );
  }
  return decoded(entry.raw ?? '', file, key);
}

async function readText(file: string, key: string, signal?: AbortSignal): Promise<string> {
  try {
    return new TextDecoder().decode(await readBounded(file, signal));
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (cause instanceof LifeboatError || signal?.aborted || code === undefined) throw cause;
    const absent = code === 'ENOENT' || code === 'ENOTDIR';
    throw new LifeboatError(
      absent ? 'source-missing' : 'read-failed',
      `cannot read the key ${quote(key)} in ${file}: ${absent ? 'there is no such file' : code}`,
      { cause },
    );
  }
}

function decoded(raw: string, file: string, key: string): string {
  const { value, trap } = readValue(raw);
  if (trap) {
    throw new LifeboatError(
      'read-failed',
      `the key ${quote(key)} in ${file} is not clear: it has ${trap.found}`,
      {
        hint: 'write the value into sysbackup.conf itself',
      },
    );
  }
  if (/[\p{Cc}\uFFFD]/u.test(value)) {
    throw new LifeboatError('read-failed', `the key ${quote(key)} in ${file} is not UTF-8 text on one line`);
  }
  if (value === '') throw new LifeboatError('source-missing', `the key ${quote(key)} in ${file} is empty`);
  return value;
}
