import type { ComponentChildren } from 'preact';

export type NoticeKind = 'good' | 'warn' | 'bad' | 'info';

/** Beside the colour, for whoever does not see it. */
const SIGNS: Record<NoticeKind, string> = { good: '✓', warn: '!', bad: '✕', info: 'i' };

/** Something a person should know. `live`: it came just now, and a screen reader says it. */
export function Notice(props: {
  kind: NoticeKind;
  title: string;
  live?: boolean;
  children?: ComponentChildren;
}) {
  const role = props.live ? (props.kind === 'bad' ? 'alert' : 'status') : undefined;
  return (
    <div class={`notice ${props.kind}`} role={role}>
      <span class="sign" aria-hidden="true">
        {SIGNS[props.kind]}
      </span>
      <div>
        <p class="title">{props.title}</p>
        {props.children}
      </div>
    </div>
  );
}
