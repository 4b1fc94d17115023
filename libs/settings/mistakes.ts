/** One mistake in a conf file; `text` is its one line for a person. */
export interface Mistake {
  line: number;
  /** As it stands in the file, `[folder images]`; undefined if it concerns no section. */
  section: string | undefined;
  key: string | undefined;
  text: string;
  /** Which rule the value breaks, with what it allows, where it is one that other keys have, too. */
  rule?: Rule | undefined;
}

/** A rule as a value, for whoever says it in another language. */
export type Rule =
  | { name: 'whole-number'; from: number; to: number }
  | { name: 'choice'; options: readonly string[] };

export interface MistakeList {
  add(
    place: { line: number; section?: string; key?: string },
    found: string,
    allowed: string,
    rule?: Rule,
  ): void;
  /** In the order of the file. */
  all(): Mistake[];
}

/** Collects all mistakes of the file of this name. */
export function collectMistakes(file: string): MistakeList {
  const found: Mistake[] = [];
  return {
    add(place, what, allowed, rule) {
      const where = [place.section, place.key].filter((part) => part !== undefined).join(' ');
      const text = `${file} line ${place.line}${where && `, ${where}`}: found ${what}, allowed is ${allowed}`;
      found.push({ line: place.line, section: place.section, key: place.key, text, rule });
    },
    all: () => found.toSorted((a, b) => a.line - b.line),
  };
}
