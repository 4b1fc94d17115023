import type { Account } from '../api/answers.ts';

/** Where the API has an account: names are a tenant's own. */
export function accountPath({ name, tenant }: Account): string {
  const path = `api/accounts/${encodeURIComponent(name)}`;
  return tenant === null ? path : `${path}?tenant=${encodeURIComponent(tenant)}`;
}
