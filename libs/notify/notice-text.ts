import { oneLine } from '#platform/one-line.ts';
import type { Notice } from './notice.ts';

/** The notice as lines for a person. */
export function noticeText(notice: Notice): string {
  const { run } = notice;
  const rows: [string, string | undefined][] = [
    ['What to do', notice.hint],
    ['System', `${notice.system.name} (${notice.system.id}) on ${notice.host}`],
    ['Time', notice.at],
    ['Outcome', run && `${run.state} (${run.code}) after ${(run.durationMs / 1000).toFixed(1)} s`],
    ['Archive', run?.archive],
    ['Event', notice.id],
  ];
  const facts = rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${oneLine(value)}`]));
  return [notice.title, '', ...notice.message.split('\n').map(oneLine), '', ...facts, ''].join('\n');
}
