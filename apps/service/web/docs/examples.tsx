import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';

/** "Backup Now" from another product: a whole program each, to be copied. */
export function Examples() {
  const { t } = useTexts();
  const { api } = useApi();
  const base = api.address('');
  return (
    <section>
      <h2>{t.docs.example}</h2>
      <details>
        <summary>{t.docs.curl}</summary>
        <pre>{curlExample(base)}</pre>
      </details>
      <details>
        <summary>{t.docs.typescript}</summary>
        <pre>{typescriptExample(base)}</pre>
      </details>
    </section>
  );
}

function curlExample(base: string): string {
  return `curl --no-buffer --fail-with-body ${base}api/backup \\
  --request POST \\
  --header "Authorization: Bearer $LIFEBOAT_TOKEN" \\
  --header "Accept: text/event-stream"`;
}

function typescriptExample(base: string): string {
  return `const answer = await fetch('${base}api/backup', {
  method: 'POST',
  headers: {
    authorization: \`Bearer \${process.env.LIFEBOAT_TOKEN}\`,
    accept: 'text/event-stream',
  },
});
if (!answer.ok) throw new Error((await answer.json()).message);
let text = '';
for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
  text += piece;
  const events = text.split('\\n\\n');
  text = events.pop() ?? '';
  for (const event of events) {
    const [, name, data] = /^event: (.*)\\ndata: (.*)$/.exec(event) ?? [];
    // began {id, what, startedAt}, progress {stage, done, total}, then ended {state, message, archive}
    if (name !== undefined) console.log(name, JSON.parse(data ?? 'null'));
  }
}
`;
}
