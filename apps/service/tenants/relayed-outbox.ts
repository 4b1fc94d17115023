import type { Notice } from '#notify/notice.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Outbox } from '#notify/open-outbox.ts';
import type { Tenant } from './tenant.ts';

/** The outbox of a tenant, of which what is put in goes to the service's people, too. */
export function relayedOutbox(outbox: Outbox, tenant: Pick<Tenant, 'id'>, relay: Notifier['relay']): Outbox {
  return {
    ...outbox,
    update: (change, channels) =>
      outbox.update((memory) => {
        const after = change(memory);
        // Before it is remembered as told; whoever is told of it twice knows it by its id.
        relay(
          after.notices.filter(({ kind }) => !QUIET.includes(kind)).map((notice) => named(notice, tenant)),
        );
        return after;
      }, channels),
  };
}

/** Of many tenants that are well nobody is told. */
const QUIET: readonly Notice['kind'][] = ['started', 'unchanged', 'success'];

/** Two tenants may fail at the same moment. */
function named(notice: Notice, { id }: Pick<Tenant, 'id'>): Notice {
  return { ...notice, id: `${id} ${notice.id}` };
}
