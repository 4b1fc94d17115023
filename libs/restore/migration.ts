/** LB-05: makes of what was staged, an older version's state, one of the installed version. */
export interface Migration {
  from: string;
  to: string;
  /** Ids of the components that the program may change. */
  changes: ReadonlySet<string>;
  /** Runs the program of the installed conf with these variables. Throws `migration-failed` unless it ended with status 0. */
  run(variables: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
}
