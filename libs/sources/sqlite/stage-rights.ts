import { windowsSecurity } from '#platform/windows/windows-security.ts';
import { isThere } from '../is-there.ts';
import { setRights } from '../set-rights.ts';

/**
 * Gives a staged database the access rights on Windows of the live one, or, where there is none, those on record. Resolves
 * with what the result of its check says of that: nothing if they could be set.
 */
export async function stageRights(
  staged: string,
  live: string,
  recorded: string | undefined,
): Promise<string> {
  const security = await windowsSecurity();
  if (security === undefined) return '';
  const read = (await isThere(live)) ? security.read(live) : { sddl: recorded };
  if ('status' in read) return `; its access rights could not be set (Windows error ${read.status})`;
  const why = read.sddl === undefined ? undefined : setRights(security, staged, read.sddl);
  return why === undefined ? '' : `; its access rights could not be set (${why})`;
}
