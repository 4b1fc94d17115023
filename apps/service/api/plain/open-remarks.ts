import { randomBytes } from 'node:crypto';

/** How a form ended, for the page that follows it. */
export interface Remark {
  good: boolean;
  text: string;
  hint?: string | undefined;
  /** What is wrong with which field. */
  fields?: Record<string, string>;
  /** What was typed, so that nobody has to type it again. */
  given?: Record<string, string>;
}

/** Kept in memory between a form and the page that it leads to; words in an address could be anybody's. */
export interface Remarks {
  /** Resolves with the id that the address then carries; only `who` is shown it. */
  keep(remark: Remark, who: string): string;
  find(id: string | undefined, who: string): Remark | undefined;
}

const MOST = 1000;

export function openRemarks(): Remarks {
  const kept = new Map<string, { remark: Remark; who: string }>();
  return {
    keep(remark, who) {
      const id = randomBytes(12).toString('base64url');
      const [oldest] = kept.keys();
      if (kept.size >= MOST && oldest !== undefined) kept.delete(oldest);
      kept.set(id, { remark, who });
      return id;
    },
    find(id, who) {
      const found = id === undefined ? undefined : kept.get(id);
      return found?.who === who ? found.remark : undefined;
    },
  };
}
