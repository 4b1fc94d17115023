import { createHash } from 'node:crypto';
import { httpRequest } from './http-request.ts';
import type { Channel, Notice, NoticeKind } from './notice.ts';
import { sendFailure } from './send-failure.ts';
import { wantsNotice } from './wants-notice.ts';

export interface HttpChannelOptions {
  name: string;
  readUrl: () => Promise<string>;
  /** `lifeboat/1.2.3`. */
  agent: string;
}

/** A notice as JSON by POST (docs/operations.md has its shape). `text` makes it readable in chats. */
export function webhookChannel(options: HttpChannelOptions & { on: readonly NoticeKind[] }): Channel {
  const id = `webhook ${options.name}`;
  return {
    id,
    wants: (kind) => wantsNotice(options.on, kind),
    latestOnly: false,
    waits: [60, 300, 1800, 7200],
    timeLimit: 10,
    async send(notice, signal) {
      const url = await options.readUrl();
      const headers = {
        'content-type': 'application/json',
        'user-agent': options.agent,
        'idempotency-key': headerOf(notice.id),
      };
      try {
        await httpRequest(id, url, { method: 'POST', headers, body: bodyOf(notice) }, signal);
      } catch (error) {
        throw sendFailure(id, error, [url]);
      }
      return [];
    },
  };
}

/** Of a text that no header can hold: as good a name of the same event. */
function headerOf(id: string): string {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(id)
    ? id
    : createHash('sha256').update(id).digest('hex');
}

function bodyOf(notice: Notice): string {
  return JSON.stringify({ ...notice, text: `${notice.title}\n${notice.message}` });
}
