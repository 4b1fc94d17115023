import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { quote } from './quote.ts';
import { readBounded } from './read-bounded.ts';
import { readKey } from './read-key.ts';
import type { VersionSource } from './settings.ts';

/**
 * The version of the installed system, read afresh from where the conf says it stands (BS-22). Throws
 * `version-unknown` with what was looked for and where.
 */
export async function readVersion(source: VersionSource, signal?: AbortSignal): Promise<string> {
  const version = await readFrom(source, signal);
  if (version !== '' && version.length <= 100 && !/[\p{Cc}\uFFFD]/u.test(version)) return version;
  throw unknown(source, version === '' ? 'it is empty' : `${quote(version)} is no version`);
}

async function readFrom(source: VersionSource, signal?: AbortSignal): Promise<string> {
  if (source.from === 'literal') return source.version;
  try {
    if (source.from === 'key') return await readKey(source.file, source.key, signal);
    const text = new TextDecoder().decode(await readBounded(source.file, signal));
    return (text.split(/\r\n|\n|\r/, 1)[0] ?? '').trim();
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw unknown(source, reasonOf(cause), cause);
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof LifeboatError) return cause.message;
  const code = systemErrorCode(cause);
  if (code === undefined) throw cause;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such file' : code;
}

function unknown(source: VersionSource, reason: string, cause?: unknown): LifeboatError {
  return new LifeboatError(
    'version-unknown',
    `the system's version is not known: looked for ${placeOf(source)}: ${reason}`,
    {
      hint: 'correct version, version_file or version_key in [system]; a restore takes --installed-version',
      cause,
    },
  );
}

function placeOf(source: VersionSource): string {
  switch (source.from) {
    case 'literal':
      return 'the key version of [system]';
    case 'first-line':
      return `the first line of ${source.file}`;
    case 'key':
      return `the key ${quote(source.key)} in ${source.file}`;
  }
}
