import { LifeboatError } from '#platform/errors.ts';
import { type ConfLine, scanConf } from './scan-conf.ts';

/** Keys of a profile in whose value a `*` is the tenant's name. */
const NAMED: Record<string, readonly string[]> = {
  mariadb: ['databases', 'user', 'password_file'],
  canary: ['of'],
};

/** What cannot be taken for a second database, a comment, another folder or a pattern. */
const FITS = /^[A-Za-z0-9_-]{1,40}$/;

/**
 * The text of a profile with the name of one tenant in it. Pure. Throws `conf-invalid` if the profile wants a name in
 * places where this one cannot stand.
 */
export function inTenantsName(text: string, name: string): string {
  if (!wantsName(text)) return text;
  if (!FITS.test(name)) {
    throw new LifeboatError(
      'conf-invalid',
      `a database cannot be called after the tenant ${JSON.stringify(name)}`,
      {
        hint: 'rename its folder: letters from A to Z, digits, _ and -, at most 40 of them',
      },
    );
  }
  return scanConf(text)
    .map((line) => (isNamed(line) ? line.text.replaceAll('*', name) : line.text) + line.eol)
    .join('');
}

/** Whether names of tenants stand in the confs that are made of this profile. Pure. */
export function wantsName(text: string): boolean {
  return scanConf(text).some((line) => isNamed(line) && line.text.includes('*'));
}

function isNamed({ section, what }: ConfLine): boolean {
  const [kind = ''] = section?.split(/\s+/) ?? [];
  return what.kind === 'entry' && (NAMED[kind]?.includes(what.key) ?? false);
}
