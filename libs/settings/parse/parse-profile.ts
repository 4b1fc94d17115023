import { dirname, isAbsolute, join } from 'node:path';
import { collectSections } from '../collect-sections.ts';
import { collectMistakes, type Mistake } from '../mistakes.ts';
import { quote } from '../quote.ts';
import { readValue } from '../read-value.ts';
import { scanConf } from '../scan-conf.ts';
import type { SectionKind } from '../section-keys.ts';
import type { Settings } from '../settings.ts';
import { type ParsedSettings, parseSettings } from './parse-settings.ts';

/**
 * Sections that the service's own conf alone has. Sets of SQL Server hold the logins of whoever may enter a database, and
 * nobody has tried whose these are on a server of many.
 */
const OF_THE_SERVICE: readonly SectionKind[] = ['mssql', 'webhook', 'mail', 'ping', 'log', 'tenants'];

/** Keys that would hold for the whole service while one tenant's backup runs, or are the service's to have. */
const KEYS_OF_THE_SERVICE: Partial<Record<SectionKind, readonly string[]>> = {
  backup: ['nice'],
  drill: ['nice'],
  hooks: ['alert'],
};

/**
 * Reads the text of a profile: the sysbackup.conf of every tenant, without what each has of its own (id, name and
 * root, and where backups, state and journal are). Mistakes as parseSettings, with the profile's own lines.
 */
export function parseProfile(text: string, { file }: { file: string }): ParsedSettings {
  const root = join(dirname(file), 'tenant');
  const parsed = parseSettings(text, {
    file,
    given: [
      { section: 'system', key: 'id', value: 'tenant' },
      { section: 'system', key: 'name', value: 'tenant' },
      { section: 'system', key: 'root', value: root },
      { section: 'backup', key: 'path', value: join(root, 'backups') },
      { section: 'backup', key: 'state', value: join(root, 'state') },
      { section: 'backup', key: 'journal', value: join(root, 'state', 'logs') },
    ],
  });
  const others = [...ofTheService(text, file), ...(parsed.ok ? ofEveryTenant(text, parsed.settings) : [])];
  const mistakes = [...(parsed.ok ? [] : parsed.mistakes), ...others];
  if (mistakes.length === 0) return parsed;
  return { ok: false, mistakes: mistakes.toSorted((a, b) => a.line - b.line) };
}

function ofTheService(text: string, file: string): Mistake[] {
  const mistakes = collectMistakes(file);
  for (const section of collectSections(scanConf(text), collectMistakes(file))) {
    const { line, title, kind } = section;
    if (OF_THE_SERVICE.includes(kind)) {
      mistakes.add({ line, section: title }, 'this section', "it in the service's own conf alone");
    }
    for (const { key, line: at } of section.entries) {
      if (!KEYS_OF_THE_SERVICE[kind]?.includes(key)) continue;
      mistakes.add({ line: at, section: title, key }, 'this key', "it in the service's own conf");
    }
  }
  return mistakes.all();
}

/** On one server each tenant has databases of its own, and what says how to get there is out of its reach. */
function ofEveryTenant(text: string, { file, mariadb }: Settings): Mistake[] {
  const mistakes = collectMistakes(file);
  for (const { kind, name, line, title, entries } of collectSections(scanConf(text), collectMistakes(file))) {
    const server = kind === 'mariadb' && mariadb.find((one) => one.name === name);
    if (!server) continue;
    const place = (key: string) => ({
      line: entries.find((entry) => entry.key === key)?.line ?? line,
      section: title,
      key,
    });
    for (const database of server.databases.filter((one) => one.split('*').length !== 2)) {
      const found = `${quote(database)}, which would be the same for every tenant`;
      mistakes.add(place('databases'), found, "names with one *, which is the tenant's (app_*)");
    }
    for (const { key, raw } of entries.filter((entry) => SECRET_PLACES.includes(entry.key))) {
      const { value } = readValue(raw ?? '');
      if (!isAbsolute(value))
        mistakes.add(place(key), quote(value), 'an absolute path, where no tenant can write');
    }
  }
  return mistakes.all();
}

const SECRET_PLACES: readonly string[] = ['socket', 'password_file', 'tls_ca', 'tls_certificate', 'tls_key'];
