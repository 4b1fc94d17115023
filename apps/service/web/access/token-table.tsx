import type { Token } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';

/** One row for each token; on a narrow screen one block for each. */
export function TokenTable(props: { tokens: readonly Token[]; revoke: (token: Token) => void }) {
  const { t, formats } = useTexts();
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">{t.access.token}</th>
          <th scope="col">{t.access.role}</th>
          <th scope="col">{t.access.expires}</th>
          <th scope="col">{t.access.lastUsed}</th>
          <th scope="col">{t.access.actions}</th>
        </tr>
      </thead>
      <tbody>
        {props.tokens.map((token) => (
          <tr key={token.id}>
            <th scope="row" data-label={t.access.token}>
              {token.name}
              <small>{token.madeBy}</small>
            </th>
            <td data-label={t.access.role}>{t.role[token.role]}</td>
            <td data-label={t.access.expires}>{formats.date(token.expiresAt)}</td>
            <td data-label={t.access.lastUsed}>
              {token.lastUsedAt === null ? t.access.never : formats.dateTime(token.lastUsedAt)}
            </td>
            <td data-label={t.access.actions}>
              <button
                type="button"
                class="small outline danger"
                aria-label={t.access.revokeFor(token.name)}
                onClick={() => props.revoke(token)}
              >
                {t.access.revoke}
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
