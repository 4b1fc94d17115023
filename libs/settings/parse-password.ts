import type { SectionReader } from './section-reader.ts';
import type { SecretSource } from './settings.ts';

/** `password_file` or `password_env` of a database server, not both; undefined if neither is there. */
export function parsePassword(section: SectionReader): SecretSource | undefined {
  const file = section.path('password_file');
  const variable = section.text('password_env', {
    allowed: 'the name of an environment variable: letters, digits and _',
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    secret: true,
  });
  if (section.has('password_file') && section.has('password_env')) {
    section.mistake('password_env', 'this key beside password_file', 'one of the two');
  }
  if (file !== undefined) return { from: 'file', file };
  return variable === undefined ? undefined : { from: 'environment', variable };
}
