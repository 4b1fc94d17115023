import type { TestedChannel } from '../api/answers.ts';
import { Notice } from '../parts/notice.tsx';
import { SaidText } from '../parts/said-text.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** Whether a test went, and why not. */
export function TestedNotice({ channel, sent, remarks, code, hint }: TestedChannel) {
  const { t } = useTexts();
  return (
    <Notice
      kind={sent ? 'good' : 'bad'}
      live
      title={sent ? t.channels.tested(channel) : t.channels.testFailed(channel)}
    >
      {sent ? (
        remarks.map((line) => (
          <p key={line} lang="en">
            {line}
          </p>
        ))
      ) : (
        <SaidText code={code ?? 'notify-failed'} message={remarks.join('; ')} hint={hint} />
      )}
    </Notice>
  );
}
