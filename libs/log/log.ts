/** The service's log for machines, a line of JSON each; the journal is for people. Nothing it does throws. */
export interface Log {
  error(what: string, facts?: LogFacts): void;
  warn(what: string, facts?: LogFacts): void;
  info(what: string, facts?: LogFacts): void;
  debug(what: string, facts?: LogFacts): void;
}

/** Plain values; an Error under `error` shows its code, message and hint, never its cause. */
export type LogFacts = Readonly<Record<string, unknown>>;

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
