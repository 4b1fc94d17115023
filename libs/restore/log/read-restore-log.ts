import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { SwitchRecord } from '#sources/restore-target.ts';
import { type BeginRecord, type LogRecord, logRecord } from './log-record.ts';
import { openSealedLine } from './sealed-line.ts';

/** What a restore log says, read strictly. */
export interface RestoreLogContent {
  path: string;
  run: string;
  /** Undefined: not even its first record came to the disk, so nothing was begun. */
  begin: BeginRecord | undefined;
  startedAt: string | undefined;
  /** What was announced to be staged, and what was about to be switched over; in that order. */
  staging: SwitchRecord[];
  prepared: SwitchRecord[];
  /** Targets whose switch-over, or undo, had begun and which have not gone back since. */
  begun: string[];
  /** Whether the system was about to be stopped. */
  stopped: boolean;
  /** In place: where what was live is saved, and of which targets it may be gone, in their order. */
  safety: { archive: string; raw: { ids: string[]; place: string }[] } | undefined;
  deleting: { target: string; components: string[] }[];
  /** For a person, in their order. */
  steps: { what: string; goBack: string | undefined }[];
  /** Whether every target has gone back. */
  allBack: boolean;
  switched: boolean;
  ended: (Extract<LogRecord, { kind: 'ended' }> & { time: string }) | undefined;
  forgotten: 'no' | 'begun' | 'yes';
  /** Where the next record goes: behind the last whole one. */
  end: { records: number; bytes: number };
}

/** No record comes near this; a line that is longer is none. */
const LONGEST_LINE = 256 * 2 ** 20;
const LINE_FEED = 10;
/** What no record holds inside, torn or not: its quotes would be escaped there. */
const SEVERAL = /,"sum":"[0-9a-f]{64}"\}.\{"n":/s;

/**
 * Reads a log. A last line that is cut off, or whose sum is wrong, is as if it had never been begun: what it announces
 * has not been either. Throws `restore-log-damaged` for anything else that no restore of ours writes, and for a log
 * that neither root nor the user that runs this owns.
 */
export async function readRestoreLog(path: string): Promise<RestoreLogContent> {
  await requireTrusted(path);
  const content = emptyContent(path);
  let torn: string | undefined;
  for await (const { text, bytes, whole } of linesOf(path)) {
    if (torn !== undefined) throw damaged(path, torn);
    const found = whole ? logRecord(openSealedLine(text)) : undefined;
    if (found === undefined) {
      if (SEVERAL.test(text)) throw damaged(path, 'a record of it does not end where it should');
      torn = `record ${content.end.records + 1} is not what was written`;
      if (whole && openSealedLine(text) !== undefined) throw damaged(path, 'of a kind that is not known');
      continue;
    }
    if (found.n !== content.end.records + 1) throw damaged(path, `record ${found.n} stands out of its order`);
    take(content, found.record, found.time, path);
    content.end = { records: found.n, bytes: content.end.bytes + bytes };
  }
  return content;
}

/** What stands in a log is done with the rights of whoever recovers: a log of somebody else could make root delete anything. */
async function requireTrusted(path: string): Promise<void> {
  const own = process.geteuid?.();
  if (own === undefined) return;
  const { uid } = await lstat(path);
  if (uid === own || uid === 0) return;
  throw damaged(path, `it belongs to the user ${uid}, who may have written anything into it`);
}

function emptyContent(path: string): RestoreLogContent {
  return {
    path,
    run: basename(path, '.ndjson'),
    begin: undefined,
    startedAt: undefined,
    staging: [],
    prepared: [],
    begun: [],
    stopped: false,
    safety: undefined,
    deleting: [],
    steps: [],
    allBack: false,
    switched: false,
    ended: undefined,
    forgotten: 'no',
    end: { records: 0, bytes: 0 },
  };
}

function take(content: RestoreLogContent, record: LogRecord, time: string, path: string): void {
  if ((record.kind === 'begin') !== (content.end.records === 0)) {
    throw damaged(path, 'it does not begin with its beginning, or begins twice');
  }
  switch (record.kind) {
    case 'begin':
      content.begin = record;
      content.startedAt = time;
      break;
    case 'staging':
      content.staging.push(record.leftovers);
      break;
    case 'stopping':
      content.stopped = true;
      break;
    case 'safety':
      content.safety = { archive: record.archive, raw: record.raw };
      break;
    case 'deleting':
      content.deleting.push({ target: record.target, components: record.components });
      break;
    case 'prepared':
      content.prepared.push(record.record);
      break;
    case 'step':
      content.steps.push({ what: record.what, goBack: record.goBack });
      if (record.target !== undefined) content.begun = [...new Set([...content.begun, record.target])];
      break;
    case 'done':
      content.steps.push({ what: `done: ${record.what}`, goBack: undefined });
      content.begun = content.begun.filter((target) => target !== record.target);
      break;
    case 'all-back':
      content.allBack = true;
      break;
    case 'switched':
      content.switched = true;
      break;
    case 'ended':
      content.ended = { ...record, time };
      break;
    case 'forgetting':
      content.forgotten = 'begun';
      break;
    case 'forgotten':
      content.forgotten = 'yes';
      break;
  }
}

/** Lines as they are, the last one perhaps without its line feed. */
async function* linesOf(path: string): AsyncGenerator<{ text: string; bytes: number; whole: boolean }> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksOf(path)) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      length = 0;
      from = at + 1;
      yield { text: line.toString('utf8'), bytes: line.length + 1, whole: true };
    }
    rest.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LONGEST_LINE) throw damaged(path, 'a line of it has no end');
  }
  if (length > 0) yield { text: Buffer.concat(rest).toString('utf8'), bytes: length, whole: false };
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    const code = systemErrorCode(cause);
    if (code === undefined) throw cause;
    throw new LifeboatError('state-unusable', `cannot read the restore log ${path}: ${code}`, {
      hint: 'run as root or Administrator',
      cause,
    });
  }
}

function damaged(path: string, why: string): LifeboatError {
  return new LifeboatError(
    'restore-log-damaged',
    `the restore log ${path} is damaged (${why}); nothing was changed`,
    {
      hint: 'nothing of the old state was deleted: its steps can be read with any editor, each with the command that goes back; when that is done, move the log away',
    },
  );
}
