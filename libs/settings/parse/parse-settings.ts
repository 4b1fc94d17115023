import type { ChannelSettings } from '../channel-settings.ts';
import { checkCanaries } from '../check-canaries.ts';
import { checkText } from '../check-text.ts';
import { type ConfSection, collectSections } from '../collect-sections.ts';
import { collectMistakes, type Mistake, type MistakeList } from '../mistakes.ts';
import { scanConf } from '../scan-conf.ts';
import { COMPONENT_SECTIONS, type SectionKey, type SectionKind } from '../section-keys.ts';
import { type SectionReader, sectionReader } from '../section-reader.ts';
import type { Settings } from '../settings.ts';
import { writeValue } from '../write-value.ts';
import { parseBackup } from './parse-backup.ts';
import { parseCanary } from './parse-canary.ts';
import { CHANNEL_PARSERS } from './parse-channels.ts';
import { parseDrill } from './parse-drill.ts';
import { parseHooks } from './parse-hooks.ts';
import { parseLog } from './parse-log.ts';
import { parseMariadb } from './parse-mariadb.ts';
import { parseMssql } from './parse-mssql.ts';
import { parseFilePlace, parseFolder } from './parse-places.ts';
import { parseRoot } from './parse-root.ts';
import { parseSystem } from './parse-system.ts';
import { parseTenants } from './parse-tenants.ts';
import { parseVersions } from './parse-versions.ts';
import { parseWatch } from './parse-watch.ts';

export interface GivenValue {
  section: 'system' | 'backup';
  key: SectionKey;
  value: string;
}

export type ParsedSettings = { ok: true; settings: Settings } | { ok: false; mistakes: Mistake[] };

/**
 * Reads the text of a sysbackup.conf. Either every line of it was understood, or the answer is the list of
 * all its mistakes in the order of the file. `file` is the absolute path for messages and Settings.file; `given` are
 * values that stand elsewhere, so that the same keys in the text are mistakes.
 * Reads nothing from disk; docs/sysbackup-conf.md specifies the format.
 */
export function parseSettings(
  text: string,
  { file, given = [] }: { file: string; given?: readonly GivenValue[] },
): ParsedSettings {
  const mistakes = collectMistakes(file);
  const lines = scanConf(text);
  checkText(text, lines, mistakes);
  const sections = withGiven(collectSections(lines, mistakes), given, mistakes);
  const settings = parseSections(sections, file, mistakes);
  checkPlaces(sections, settings, mistakes);
  checkCanaries(sections, settings, mistakes);
  const found = mistakes.all();
  return found.length === 0 ? { ok: true, settings } : { ok: false, mistakes: found };
}

function parseSections(sections: ConfSection[], file: string, mistakes: MistakeList): Settings {
  const single = (kind: 'system' | 'backup'): ConfSection => {
    const found = sections.find((section) => section.kind === kind);
    if (!found) mistakes.add({ line: 1, section: `[${kind}]` }, 'no such section', 'exactly one (required)');
    return found ?? empty(kind);
  };
  const unheard = collectMistakes(file);
  const listOf = (section: ConfSection) => (sections.includes(section) ? mistakes : unheard);

  const system = single('system');
  const backup = single('backup');
  // The root comes first, since version_file counts from it; its mistakes are heard when the section is read.
  const root = parseRoot(sectionReader(system, { root: '/', mistakes: unheard })) || '/';
  const each = <T>(kind: SectionKind, parse: (section: SectionReader) => T): T[] =>
    sections
      .filter((section) => section.kind === kind)
      .map((section) => parse(sectionReader(section, { root, mistakes })));
  const atMostOne = <T>(kind: SectionKind, parse: (section: SectionReader) => T): T =>
    each(kind, parse)[0] ?? parse(sectionReader(empty(kind), { root, mistakes }));
  return {
    file,
    system: parseSystem(sectionReader(system, { root, mistakes: listOf(system) })),
    mariadb: each('mariadb', parseMariadb),
    mssql: each('mssql', parseMssql),
    sqlite: each('sqlite', parseFilePlace),
    folders: each('folder', parseFolder),
    files: each('file', parseFilePlace),
    backup: parseBackup(sectionReader(backup, { root, mistakes: listOf(backup) })),
    versions: atMostOne('versions', parseVersions),
    drill: atMostOne('drill', parseDrill),
    canaries: each('canary', parseCanary),
    hooks: atMostOne('hooks', parseHooks),
    channels: sections.flatMap((section) => {
      if (!isChannel(section.kind)) return [];
      return [CHANNEL_PARSERS[section.kind](sectionReader(section, { root, mistakes }))];
    }),
    watch: atMostOne('watch', parseWatch),
    log: atMostOne('log', parseLog),
    tenants: each('tenants', parseTenants)[0],
  };
}

function withGiven(
  sections: ConfSection[],
  given: readonly GivenValue[],
  mistakes: MistakeList,
): ConfSection[] {
  return given.reduce((all, { section: kind, key, value }) => {
    const section = all.find((one) => one.kind === kind) ?? empty(kind);
    for (const { line } of section.entries.filter((entry) => entry.key === key)) {
      mistakes.add({ line, section: section.title, key }, 'this key', 'nothing: each tenant has its own');
    }
    const raw = writeValue(value, { command: false }) ?? '';
    const own = { kind: 'entry' as const, key, list: false, raw, line: section.line };
    const entries = [...section.entries.filter((entry) => entry.key !== key), own];
    return [...all.filter((one) => one !== section), { ...section, entries }];
  }, sections);
}

/** Every key of it has its default. */
function empty(kind: SectionKind): ConfSection {
  return { kind, name: '', title: `[${kind}]`, line: 1, entries: [] };
}

function isChannel(kind: SectionKind): kind is ChannelSettings['kind'] {
  return Object.hasOwn(CHANNEL_PARSERS, kind);
}

/** A set of nothing, and two components of one place (a restore would switch it over twice). */
function checkPlaces(sections: ConfSection[], settings: Settings, mistakes: MistakeList): void {
  const components = sections.filter(({ kind }) => COMPONENT_SECTIONS.includes(kind));
  // A service that is there for its tenants alone saves its own conf.
  if (components.length === 0 && settings.tenants === undefined) {
    mistakes.add(
      { line: 1 },
      'nothing to back up',
      'at least one [mariadb NAME], [mssql NAME], [sqlite NAME], [folder NAME] or [file NAME]',
    );
  }
  const taken = new Map<string, string>();
  for (const { kind, name, path } of placesOf(settings)) {
    const section = components.find((candidate) => candidate.kind === kind && candidate.name === name);
    const other = taken.get(path);
    if (section && path !== '' && other !== undefined) {
      const line = section.entries.find(({ key }) => key === 'path')?.line ?? section.line;
      mistakes.add(
        { line, section: section.title, key: 'path' },
        `the place of ${other}`,
        'a place of its own',
      );
    }
    if (section && other === undefined) taken.set(path, section.title);
  }
}

function placesOf({ sqlite, folders, files }: Settings): { kind: SectionKind; name: string; path: string }[] {
  return [
    ...sqlite.map(({ name, path }) => ({ kind: 'sqlite' as const, name, path })),
    ...folders.flatMap(({ name, path }) =>
      path.from === 'literal' ? [{ kind: 'folder' as const, name, path: path.path }] : [],
    ),
    ...files.map(({ name, path }) => ({ kind: 'file' as const, name, path })),
  ];
}
