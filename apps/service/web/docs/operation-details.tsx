import { useTexts } from '../texts/use-texts.ts';
import type { Operation } from './open-api-document.ts';

/** One thing that a program can ask for. */
export function OperationDetails(props: { method: string; path: string; operation: Operation }) {
  const { t, language } = useTexts();
  const { method, path, operation } = props;
  const { parameters = [], requestBody, responses = {} } = operation;
  return (
    <details class="operation">
      <summary>
        <code class={`method ${method}`}>{method.toUpperCase()}</code> <code class="path">{path}</code>{' '}
        <span>{operation.summary ?? operation.description ?? t.docs.noSummary}</span>
      </summary>
      {parameters.length > 0 && (
        <>
          <h3 lang={language}>{t.docs.parameters}</h3>
          <dl>
            {parameters.map((parameter) => (
              <div key={parameter.name}>
                <dt>
                  <code>{parameter.name}</code> ({parameter.in})
                </dt>
                <dd>
                  {parameter.description} <Schema schema={parameter.schema} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {requestBody !== undefined && (
        <>
          <h3 lang={language}>{t.docs.body}</h3>
          {Object.entries(requestBody.content ?? {}).map(([type, { schema }]) => (
            <Schema key={type} schema={schema} />
          ))}
        </>
      )}
      <h3 lang={language}>{t.docs.answers}</h3>
      <dl>
        {Object.entries(responses).map(([status, { description, content = {} }]) => (
          <div key={status}>
            <dt>{status}</dt>
            <dd>
              {description}
              {Object.entries(content).map(([type, { schema }]) => (
                <Schema key={type} schema={schema} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Schema({ schema }: { schema: unknown }) {
  if (schema === undefined) return null;
  return <pre>{JSON.stringify(schema, null, 2)}</pre>;
}
