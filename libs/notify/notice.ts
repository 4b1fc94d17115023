/** What somebody may be told of. `started` and `unchanged` are for dead-man monitors alone. */
export type NoticeKind =
  | 'started'
  | 'unchanged'
  | 'success'
  | 'failure'
  | 'incomplete'
  | 'interrupted'
  | 'recovered'
  | 'alert'
  | 'too-old'
  | 'drill-failed'
  | 'drill-passed'
  | 'test';

/** One event, as every channel gets it. */
export interface Notice {
  /** The same in each attempt to tell of this event: a receiver can know it again. */
  id: string;
  kind: NoticeKind;
  /** ISO 8601, UTC. */
  at: string;
  system: { id: string; name: string };
  host: string;
  /** One line: whose system, and what. */
  title: string;
  message: string;
  hint?: string;
  run?: NoticeRun;
  /** The service's own system, where `system` is one of others that it serves. */
  service?: { id: string; name: string };
  /** Set where this is one message in the place of many: of them the first hundred, the worst first. */
  gathered?: { kind: NoticeKind; at: string; system: { id: string; name: string }; message: string }[];
}

/** The run that a notice is about. */
export interface NoticeRun {
  operation: string;
  state: string;
  code: string;
  startedAt: string;
  durationMs: number;
  archive?: string;
}

/** What a channel needs to send; its address and password are read when they are needed, and not kept. */
export interface Channel {
  /** As in the conf: `webhook chat`. */
  readonly id: string;
  wants(kind: NoticeKind): boolean;
  /** True for monitors: what was not sent when something newer comes is not sent any more. */
  readonly latestOnly: boolean;
  /** Seconds to wait after each failed attempt; there is one attempt more than there are waits. */
  readonly waits: readonly number[];
  /** Seconds that one attempt may take. */
  readonly timeLimit: number;
  /** Resolves with what is to be said about it, if anything. Throws `notify-failed` with the cause, never with a secret. */
  send(notice: Notice, signal: AbortSignal): Promise<string[]>;
}
