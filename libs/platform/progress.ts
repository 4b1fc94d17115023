/**
 * What a long step tells its caller while it goes on. Bytes are those read from the sources (backup) or
 * of the archive (verify, restore); `total` is an estimate and may be passed by `done` a little.
 */
export interface Progress {
  stage: string;
  /** What is being worked on right now: a table, a file. */
  item?: string;
  done: number;
  total?: number;
}

export type OnProgress = (progress: Progress) => void;
