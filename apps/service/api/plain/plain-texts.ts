/** What the administrator's plain pages say, in one language. */
export interface PlainTexts {
  language: string;
  title: (system: string) => string;
  toPage: string;
  lastBackup: (how: string, when: string) => string;
  noBackup: string;
  next: (when: string) => string;
  neverByItself: (why: string) => string;
  running: string;
  create: string;
  list: string;
  none: string;
  columns: { time: string; size: string; state: string; file: string; actions: string };
  lastGood: string;
  download: string;
  delete: string;
  settings: string;
  fields: Record<string, string>;
  /** Of keys whose values are words. */
  choices: Record<string, Record<string, string>>;
  save: string;
  done: string;
  failed: string;
  begun: string;
  saved: string;
  nothingChanged: string;
  ask: (file: string) => string;
  askLastGood: string;
  keepIt: string;
  refused: string;
  signIn: string;
  back: string;
}
