/** Why an archive is incomplete, taken apart: of an archive there is only the line that its manifest has. */
export interface Reason {
  kind: 'missing' | 'unreadable' | 'missing inside' | 'unreadable inside' | 'in part';
  /** The component: `folder/cert`. */
  id: string;
  required: boolean;
  /** What of it, with what the system said; empty where nothing is known. */
  what: string;
}

const FORMS: [Reason['kind'], RegExp][] = [
  ['missing', /^(required )?([a-z]+\/.+?) is missing: (.*)$/s],
  ['unreadable', /^(required )?([a-z]+\/.+?) cannot be read: (.*)$/s],
  ['missing inside', /^()([a-z]+\/.+?): missing: (.*)$/s],
  ['unreadable inside', /^()([a-z]+\/.+?): unreadable: (.*)$/s],
  ['in part', /^()([a-z]+\/.+) could only be read in part()$/],
];

/** Undefined for a line of another form, as a later version may write it. */
export function readReason(line: string): Reason | undefined {
  for (const [kind, form] of FORMS) {
    const [, mark, id, what] = form.exec(line) ?? [];
    if (id !== undefined) return { kind, id, required: mark !== undefined && mark !== '', what: what ?? '' };
  }
  return undefined;
}
