import { setTimeout } from 'node:timers/promises';
import type { Cursor } from '../../sql/cursor.ts';
import type { Statement } from '../statement.ts';

/** WAITFOR DELAY 'hh:mm:ss[.mmm]'. */
export function parseWaitfor(cursor: Cursor): Statement {
  cursor.expect('waitfor', 'delay');
  const token = cursor.next();
  if (token.kind !== 'text') throw cursor.failure();
  const [hours = '0', minutes = '0', seconds = '0'] = token.text.split(':');
  const milliseconds = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return {
    command: 'WAITFOR',
    async run({ reply }) {
      await setTimeout(milliseconds, undefined, { signal: reply.signal });
      reply.done();
    },
  };
}
