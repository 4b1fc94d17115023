/**
 * Every way a run can fail that a person or a script may want to tell apart: one list, from the code that
 * stands in journals and JSON to the exit status of both programs and whether trying again later can help.
 * Exit statuses are part of the command line's contract (docs/operations.md): add, never renumber.
 */
export const ERRORS = {
  internal: { exit: 1, retry: false },
  usage: { exit: 2, retry: false },
  incomplete: { exit: 3, retry: true },

  'conf-missing': { exit: 10, retry: false },
  'conf-invalid': { exit: 11, retry: false },
  'system-locked': { exit: 12, retry: true },
  'state-unusable': { exit: 13, retry: false },
  'command-failed': { exit: 14, retry: true },
  'secret-unreadable': { exit: 15, retry: false },
  'hook-refused': { exit: 16, retry: true },
  'hook-failed': { exit: 17, retry: true },
  'notify-failed': { exit: 18, retry: true },
  'backup-too-old': { exit: 19, retry: false },

  'destination-missing': { exit: 20, retry: true },
  'destination-not-a-folder': { exit: 21, retry: false },
  'destination-not-writable': { exit: 22, retry: true },
  'space-low': { exit: 23, retry: true },
  'write-failed': { exit: 24, retry: true },
  'read-failed': { exit: 25, retry: true },
  'copy-missing': { exit: 26, retry: false },

  'database-unreachable': { exit: 30, retry: true },
  'database-login-refused': { exit: 31, retry: false },
  'database-right-missing': { exit: 32, retry: false },
  'database-missing': { exit: 33, retry: false },
  'database-unsupported': { exit: 34, retry: false },
  'database-tls-failed': { exit: 35, retry: false },
  'database-failed': { exit: 36, retry: true },
  'database-changed': { exit: 37, retry: true },
  'database-busy': { exit: 38, retry: true },
  'staging-unusable': { exit: 39, retry: false },
  'source-missing': { exit: 40, retry: true },

  'archive-missing': { exit: 50, retry: false },
  'archive-damaged': { exit: 51, retry: false },
  'archive-cut': { exit: 52, retry: false },
  'archive-foreign': { exit: 53, retry: false },
  'archive-too-new': { exit: 54, retry: false },
  'archive-hostile': { exit: 55, retry: false },
  'archive-other-system': { exit: 56, retry: false },
  'archive-incomplete': { exit: 57, retry: false },
  'archive-last-good': { exit: 58, retry: false },

  'version-differs': { exit: 60, retry: false },
  'version-unknown': { exit: 61, retry: false },
  'not-confirmed': { exit: 62, retry: false },
  'trust-needed': { exit: 63, retry: false },
  'target-in-use': { exit: 64, retry: true },
  'target-unsuitable': { exit: 65, retry: false },
  'check-failed': { exit: 66, retry: false },
  'switch-failed': { exit: 67, retry: true },
  'rollback-failed': { exit: 68, retry: false },
  'migration-failed': { exit: 69, retry: false },

  'automatic-stopped': { exit: 70, retry: false },
  'service-lost': { exit: 71, retry: true },
  'sign-in-refused': { exit: 72, retry: false },
  'not-allowed': { exit: 73, retry: false },
  'too-many-tries': { exit: 74, retry: true },
  'server-unreachable': { exit: 75, retry: true },
  'not-found': { exit: 76, retry: false },
  'drill-failed': { exit: 77, retry: false },
  'restore-open': { exit: 78, retry: false },
  'restore-log-damaged': { exit: 79, retry: false },
  'undo-impossible': { exit: 80, retry: false },

  interrupted: { exit: 130, retry: true },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** Names and numbers of a message by stable names: `{ place: '/backup', needed: 4096 }`. Sizes in bytes, times ISO 8601. */
export type Facts = Readonly<Record<string, string | number>>;

/**
 * The one error class. `message` is lower case without a full stop and says what went wrong and where;
 * `hint` says what the reader can do next. Neither ever holds a secret.
 */
export class LifeboatError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** What the message names, for whoever says it in another language. */
  readonly facts: Facts | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; facts?: Facts } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LifeboatError';
    this.code = code;
    this.hint = options.hint;
    this.facts = options.facts;
  }
}

/** The code of a Node system error (`ENOENT`, `EACCES` …), or undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
