import { httpRequest } from './http-request.ts';
import type { Channel, NoticeKind } from './notice.ts';
import { sendFailure } from './send-failure.ts';
import type { HttpChannelOptions } from './webhook-channel.ts';

/** What is put behind the address; undefined: it is not asked then. */
export interface PingEndings {
  start: string | undefined;
  success: string | undefined;
  fail: string | undefined;
}

/** A dead-man monitor, asked by GET: it raises the alarm itself when it hears nothing. */
export function pingChannel(options: HttpChannelOptions & PingEndings): Channel {
  const id = `ping ${options.name}`;
  return {
    id,
    wants: (kind) => endingFor(kind, options) !== undefined,
    latestOnly: true,
    waits: [5, 30, 120],
    timeLimit: 10,
    async send(notice, signal) {
      const url = (await options.readUrl()) + (endingFor(notice.kind, options) ?? '');
      try {
        await httpRequest(id, url, { method: 'GET', headers: { 'user-agent': options.agent } }, signal);
      } catch (error) {
        throw sendFailure(id, error, [url]);
      }
      return [];
    },
  };
}

/** An incomplete set is no success to a monitor, and a stopped run neither. A test must not move its state to fail. */
function endingFor(kind: NoticeKind, endings: PingEndings): string | undefined {
  switch (kind) {
    case 'started':
      return endings.start;
    case 'success':
    case 'recovered':
    case 'unchanged':
      return endings.success;
    case 'test':
      return endings.success ?? endings.start ?? endings.fail;
    // It watches over backups; a backup that ends well would take a drill's alarm back.
    case 'drill-failed':
    case 'drill-passed':
      return undefined;
    default:
      return endings.fail;
  }
}
