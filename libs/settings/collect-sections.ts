import type { MistakeList } from './mistakes.ts';
import { nameMistake } from './name-mistake.ts';
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';
import type { ConfEntry, ConfLine } from './scan-conf.ts';
import { SECTION_KEYS, type SectionKind, SINGLE_SECTIONS } from './section-keys.ts';

export interface ConfSection {
  kind: SectionKind;
  /** Empty for `[system]` and `[backup]`. */
  name: string;
  /** With its brackets, for messages. */
  title: string;
  line: number;
  entries: (ConfEntry & { line: number })[];
}

/** The known sections of a file in order, each title once; whatever else stands there is a mistake. */
export function collectSections(lines: ConfLine[], mistakes: MistakeList): ConfSection[] {
  const sections: ConfSection[] = [];
  const seen = new Map<string, number>();
  let current: ConfSection | undefined;
  let title: string | undefined;
  for (const line of lines) {
    const { what } = line;
    if (startsSection(line)) {
      title = line.section ?? '';
      current = openSection(title, line.number, seen, mistakes);
      if (current) sections.push(current);
    }
    if (what.kind === 'strange') mistakes.add(placeOf(line), what.found, what.allowed);
    if (what.kind !== 'entry') continue;
    if (title === undefined) {
      mistakes.add(
        { line: line.number, key: what.key },
        'a key before the first section',
        '[system] above it',
      );
    }
    current?.entries.push({ ...what, line: line.number });
  }
  return sections;
}

function startsSection({ what, text }: ConfLine): boolean {
  return what.kind === 'header' || (what.kind === 'strange' && /^\s*\[[^\]]*\]/.test(text));
}

function placeOf(line: ConfLine): { line: number; section?: string } {
  return line.section === undefined
    ? { line: line.number }
    : { line: line.number, section: titled(line.section) };
}

function titled(title: string): string {
  return `[${quote(title).slice(1, -1)}]`;
}

function openSection(
  written: string,
  line: number,
  seen: Map<string, number>,
  mistakes: MistakeList,
): ConfSection | undefined {
  const [word = '', ...rest] = written.split(/\s+/);
  const name = rest.join(' ');
  const place = { line, section: titled(written) };
  const kind = kindOf(word);
  const before = seen.get(twinKey(written));
  if (kind === undefined) {
    mistakes.add(
      place,
      `an unknown kind of section${nearest(word, Object.keys(SECTION_KEYS))}`,
      kindsAllowed(),
    );
  } else if (SINGLE_SECTIONS.includes(kind)) {
    if (name !== '') mistakes.add(place, `the name ${quote(name)}`, `[${kind}] without a name`);
  } else {
    const mistake = nameMistake(kind, name);
    if (mistake !== undefined) mistakes.add(place, mistake.found, mistake.allowed);
  }
  if (kind !== undefined && before !== undefined) {
    mistakes.add(
      place,
      `this section a second time (first on line ${before})`,
      'each section once, in any case of letters',
    );
  }
  if (kind !== undefined) seen.set(twinKey(written), before ?? line);
  return kind && { kind, name, title: titled(written), line, entries: [] };
}

function kindOf(word: string): SectionKind | undefined {
  return Object.hasOwn(SECTION_KEYS, word) ? (word as SectionKind) : undefined;
}

function kindsAllowed(): string {
  return Object.keys(SECTION_KEYS)
    .map((kind) => (SINGLE_SECTIONS.includes(kind as SectionKind) ? `[${kind}]` : `[${kind} NAME]`))
    .join(', ');
}

/** Equal for names that some file system takes for one: other case, other Unicode form. */
function twinKey(title: string): string {
  return title.replace(/\s+/g, ' ').normalize('NFC').toLowerCase();
}
