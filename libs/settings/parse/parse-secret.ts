import type { SecretSource } from '../secret-source.ts';
import type { SectionReader } from '../section-reader.ts';

/** A password, or an address that may hold a token: `<what>_file` or `<what>_env`, never the secret itself. */
export function parseSecret(section: SectionReader, what: 'password' | 'url'): SecretSource | undefined {
  const file = section.path(`${what}_file`);
  const variable = section.text(`${what}_env`, {
    allowed: 'the name of an environment variable: letters, digits and _',
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    secret: true,
  });
  if (section.has(`${what}_file`) && section.has(`${what}_env`)) {
    section.mistake(`${what}_env`, `this key beside ${what}_file`, 'one of the two');
  }
  if (file !== undefined) return { from: 'file', file };
  return variable === undefined ? undefined : { from: 'environment', variable };
}
