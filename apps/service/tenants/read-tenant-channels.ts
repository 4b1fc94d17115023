import { basename, dirname, join } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { parseTenantChannels } from '#settings/parse/parse-tenant-channels.ts';
import { mistaken, readConfText } from '#settings/read-settings.ts';

/**
 * The sections of channels that the operator wrote for the tenant of this name alone; undefined without such a file.
 * Throws `read-failed`; `conf-invalid` with a line for each mistake.
 */
export async function readTenantChannels(
  pattern: string | undefined,
  name: string,
): Promise<string | undefined> {
  if (pattern === undefined) return undefined;
  const file = channelsFile(pattern, name);
  try {
    const text = await readConfText(file);
    const mistakes = parseTenantChannels(text, { file });
    if (mistakes.length > 0) throw mistaken(file, mistakes);
    return text;
  } catch (error) {
    if (error instanceof LifeboatError && error.code === 'conf-missing') return undefined;
    // A folder's name may be longer than that of a file can be.
    if (error instanceof LifeboatError && systemErrorCode(error.cause) === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}

/** `/etc/lifeboat/channels/acme.conf` */
export function channelsFile(pattern: string, name: string): string {
  return join(
    dirname(pattern),
    basename(pattern).replace('*', () => name),
  );
}
