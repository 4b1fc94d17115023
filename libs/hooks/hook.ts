/** One program of the administrator's, to be run at one moment of a backup, or of a restore (`migrate`). */
export interface Hook {
  moment: 'before' | 'after' | 'alert' | 'migrate';
  /** The program and its arguments; no shell reads them. */
  command: readonly string[];
  /** LIFEBOAT_* variables; docs/operations.md lists them. */
  variables: Readonly<Record<string, string>>;
  /** After so many milliseconds it is ended, with all that it started. */
  timeLimitMs: number;
}

/** How a hook ended. There is no other end: `runHook` throws for none of them. */
export type HookEnd = { lines: string[] } & (
  | { how: 'ended'; status: number }
  | { how: 'killed'; by: string }
  | { how: 'too long' }
  | { how: 'stopped' }
  | { how: 'not started'; reason: string }
);

/** Where what a hook says is written down; `detail` is neither a start nor an error. Never throws: a journal that is gone ends no backup. */
export type Tell = (lines: readonly string[], options?: { detail?: boolean }) => Promise<void>;
