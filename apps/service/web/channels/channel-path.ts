import type { Channel } from '../api/answers.ts';

/** Where a channel is changed, removed and tried. */
export function channelPath({ kind, name }: Channel): string {
  return `api/channels/${encodeURIComponent(`${kind} ${name}`)}`;
}
