import { useApi } from '../api/use-api.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { WhenLoaded } from '../parts/when-loaded.tsx';
import { useTexts } from '../texts/use-texts.ts';
import { Examples } from './examples.tsx';
import type { OpenApiDocument } from './open-api-document.ts';
import { OperationDetails } from './operation-details.tsx';

/** The API as its OpenAPI document describes it, and how another program begins. */
export function DocsView() {
  const { t } = useTexts();
  const { api } = useApi();
  const openApi = useLoaded<OpenApiDocument>('api/openapi.json');
  return (
    <>
      <p>{t.docs.intro}</p>
      <p>
        <a href={api.address('api/openapi.json')}>{t.docs.document}</a>
      </p>
      <Examples />
      <WhenLoaded loaded={openApi}>
        {({ info, paths }) => (
          <section lang="en" aria-label={t.docs.title}>
            <h2>
              {info.title} {info.version}
            </h2>
            {Object.entries(paths).flatMap(([path, operations]) =>
              Object.entries(operations).map(([method, operation]) => (
                <OperationDetails
                  key={`${method} ${path}`}
                  method={method}
                  path={path}
                  operation={operation}
                />
              )),
            )}
          </section>
        )}
      </WhenLoaded>
    </>
  );
}
