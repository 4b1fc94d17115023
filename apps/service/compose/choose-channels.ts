import type { Channel } from '#notify/notice.ts';
import { LifeboatError } from '#platform/errors.ts';

/** By its name, or by kind and name as in the conf; all if none is named. Throws `usage` if there is none such. */
export function chooseChannels(channels: Channel[], wanted: string | undefined): Channel[] {
  if (wanted === undefined) return channels;
  const found = channels.filter(({ id }) => id === wanted || id.slice(id.indexOf(' ') + 1) === wanted);
  if (found.length > 0) return found;
  throw new LifeboatError('usage', `there is no channel "${wanted}" in the conf`, {
    hint: `it has ${channels.map(({ id }) => `"${id}"`).join(', ') || 'none: see docs/sysbackup-conf.md'}`,
  });
}
