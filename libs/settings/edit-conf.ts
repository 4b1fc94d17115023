import { commentStart } from './read-value.ts';
import { type ConfEntry, type ConfLine, scanConf } from './scan-conf.ts';
import { COMMAND_KEYS } from './section-keys.ts';
import { writeValue } from './write-value.ts';

/** Sets a key of a section (`backup`, `folder images`) to a value, or takes it out (undefined). */
export interface ConfChange {
  section: string;
  key: string;
  value: string | undefined;
}

/** Takes a named section out of the file. */
export interface ConfRemoval {
  section: string;
  remove: true;
}

export type ConfEdit = ConfChange | ConfRemoval;

/**
 * The conf text with the changes made and every other byte as it was: comments, order, unknown keys,
 * spacing, line ends. A key that is there keeps its line and its comment; a new one goes below the last of
 * its section, a new section to the end. Of a section that is taken out, comments on lines of their own stay: a person
 * wrote them. Throws RangeError for a name or value that no line can hold.
 */
export function editConf(text: string, changes: readonly ConfEdit[]): string {
  return changes.reduce((before, change) => joined(edited(scanConf(before), change)), text);
}

type Piece = Pick<ConfLine, 'text' | 'eol'>;

function joined(lines: Piece[]): string {
  return lines.map((line) => line.text + line.eol).join('');
}

function edited(lines: ConfLine[], edit: ConfEdit): Piece[] {
  return 'remove' in edit ? withoutSection(lines, edit) : applied(lines, edit);
}

function applied(lines: ConfLine[], change: ConfChange): Piece[] {
  const isOld = (line: ConfLine) => sameSection(line, change) && entryOf(line)?.key === change.key;
  if (change.value === undefined) return lines.filter((line) => !isOld(line));
  const form = formOf(change, change.value);
  // The value is the whole of it: `key[]` lines would add to it.
  const rest = lines.filter((line) => !(isOld(line) && entryOf(line)?.list));
  const old = rest.findIndex(isOld);
  if (old >= 0) return rest.flatMap((line, index) => (index === old ? rewritten(line, form) : [line]));
  const header = rest.findIndex((line) => line.what.kind === 'header' && sameSection(line, change));
  return header >= 0 ? withKey(rest, header, change, form) : withSection(rest, change, form);
}

function sameSection(line: ConfLine, { section }: ConfEdit): boolean {
  return line.section?.replace(/\s+/g, ' ') === section;
}

function entryOf(line: ConfLine): ConfEntry | undefined {
  return line.what.kind === 'entry' ? line.what : undefined;
}

function formOf({ section, key }: ConfChange, value: string): string {
  const form = writeValue(value, { command: COMMAND_KEYS.includes(key) });
  const isName = /^[^\s=;#[\]"'](?:[^\r\n=;#[\]"']*[^\s=;#[\]"'])?$/;
  if (form === undefined || !isName.test(section) || !isName.test(key)) {
    throw new RangeError(
      `no line of a conf file can hold ${JSON.stringify(key)} of ${JSON.stringify(section)}`,
    );
  }
  return form;
}

function rewritten(line: ConfLine, form: string): Piece[] {
  const before = /^[^=]*=\s*/.exec(line.text)?.[0] ?? `${line.text.trimEnd()} = `;
  const old = line.text.slice(before.length);
  const comment = /^["']/.test(old) ? -1 : commentStart(old);
  if (comment < 0) return [{ text: before + form, eol: line.eol }];
  const space = /\s*$/.exec(old.slice(0, comment))?.[0] || ' ';
  if (!/^["']/.test(form)) return [{ text: before + form + space + old.slice(comment), eol: line.eol }];
  // Nothing may follow a quoted value, so its comment moves to a line of its own.
  return [
    { text: old.slice(comment), eol: line.eol || '\n' },
    { text: before + form, eol: line.eol },
  ];
}

function withKey(lines: ConfLine[], header: number, change: ConfChange, form: string): Piece[] {
  const last = lines.findLastIndex((line) => sameSection(line, change) && entryOf(line) !== undefined);
  const above = Math.max(header, last);
  const equals = /^[^=]*?(\s*=[^\S\r\n]*)\S/.exec(lines[last]?.text ?? '')?.[1] ?? ' = ';
  const line = { text: `${change.key}${equals}${form}`, eol: lines[above]?.eol || lineEnd(lines) };
  return [...ended(lines.slice(0, above + 1), lines), line, ...lines.slice(above + 1)];
}

function withSection(lines: ConfLine[], { section, key }: ConfChange, form: string): Piece[] {
  const eol = lineEnd(lines);
  const gap = lines.length === 0 || lines.at(-1)?.text.trim() === '' ? [] : [{ text: '', eol }];
  return [...ended(lines, lines), ...gap, { text: `[${section}]`, eol }, { text: `${key} = ${form}`, eol }];
}

/** The empty line above goes, too, where it would separate nothing any more. */
function withoutSection(lines: ConfLine[], removal: ConfRemoval): Piece[] {
  const isPart = (line: ConfLine) => sameSection(line, removal) && line.what.kind !== 'silent';
  const isEmpty = (line: ConfLine | undefined) => line?.text.trim() === '';
  const first = lines.findIndex(isPart);
  const next = lines.find((line, index) => index > first && !isPart(line));
  const gap = isEmpty(lines[first - 1]) && (next === undefined || isEmpty(next)) ? first - 1 : -1;
  return lines.filter((line, index) => index !== gap && !isPart(line));
}

function lineEnd(lines: ConfLine[]): string {
  return lines[0]?.eol || '\n';
}

/** The lines with the last one ended, so that another can follow. */
function ended(part: ConfLine[], all: ConfLine[]): Piece[] {
  return part.map((line) => ({ text: line.text, eol: line.eol || lineEnd(all) }));
}
