import { isAbsolute, resolve } from 'node:path';
import { quote } from './mistakes.ts';
import type { SectionReader } from './section-reader.ts';
import type { TenantsSettings } from './settings.ts';

/** `[tenants]`: where the tenants of a service are, and what is the same for all of them. */
export function parseTenants(section: SectionReader): TenantsSettings {
  return {
    folder: parseFolder(section),
    profile: section.requiredPath('profile'),
    host: section
      .text('host', {
        allowed: '*. and a host name (*.app.example.org)',
        pattern: /^\*(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))+$/,
      })
      ?.toLowerCase(),
    atOnce: section.wholeNumber('at_once', { from: 1, to: 64, otherwise: 4 }),
    lookEvery: section.wholeNumber('look_every', { from: 1, to: 3600, otherwise: 60 }),
  };
}

/** Absolute, since a tenant that is looked for in the wrong place has no backup and nobody is told. */
function parseFolder(section: SectionReader): string {
  const allowed = 'an absolute path of which one whole segment is * (/srv/app/tenants/*)';
  const folder = section.requiredText('folder', { allowed });
  if (folder === '') return '';
  const stars = folder.split(/[/\\]/).filter((segment) => segment.includes('*'));
  if (isAbsolute(folder) && stars.length === 1 && stars[0] === '*') return resolve(folder);
  section.mistake('folder', quote(folder), allowed);
  return '';
}
