import type { ComponentChildren } from 'preact';
import { type Facts, sayIn } from '../texts/said.ts';
import { useTexts } from '../texts/use-texts.ts';

/**
 * A message of the service in the reader's words; its own, which are English, stay at hand where they may say more.
 * What this language has no words for is shown as the service says it.
 */
export function SaidText(props: {
  code: string;
  operation?: string;
  message: string;
  hint?: string | undefined;
  facts?: Facts | undefined;
  /** What else belongs to it, in the reader's words; left out where the service's words are shown, which have it. */
  children?: ComponentChildren;
}) {
  const { t, formats } = useTexts();
  const { message, hint } = props;
  const said = sayIn(t.said, props, props.facts, formats);
  const original = (
    <span lang="en" class="said">
      {message}
      {hint !== undefined && `: ${hint}`}
    </span>
  );
  if (said === undefined) return <p>{original}</p>;
  return (
    <>
      <p class="said">
        {said.text}
        {said.todo !== undefined && ` ${said.todo}`}
      </p>
      {props.children}
      {!said.whole && (
        <details class="original">
          <summary>{t.page.original}</summary>
          {original}
        </details>
      )}
    </>
  );
}
