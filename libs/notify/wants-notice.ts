import type { NoticeKind } from './notice.ts';

/** Whether a channel that is to be told of `on` is told of this. A run that ends well after a bad one is a success too. */
export function wantsNotice(on: readonly NoticeKind[], kind: NoticeKind): boolean {
  return kind === 'test' || on.includes(kind) || (kind === 'recovered' && on.includes('success'));
}
