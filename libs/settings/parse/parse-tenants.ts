import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { quote } from '../quote.ts';
import type { SectionReader } from '../section-reader.ts';
import type { TenantsSettings } from '../settings.ts';

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
    tellEvery: section.wholeNumber('tell_every', { from: 0, to: 10_800, otherwise: 900 }),
    channels: parseChannels(section),
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

/** Absolute and outside of what a tenant can write is for the operator to see to: it says where secrets are read. */
function parseChannels(section: SectionReader): string | undefined {
  const allowed = 'an absolute path with one * in its last segment (/etc/lifeboat/channels/*.conf)';
  const pattern = section.text('channels', { allowed });
  if (pattern === undefined) return undefined;
  const stars = basename(pattern).split('*').length - 1;
  if (isAbsolute(pattern) && stars === 1 && !dirname(pattern).includes('*')) return resolve(pattern);
  section.mistake('channels', quote(pattern), allowed);
  return undefined;
}
