import { LifeboatError } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { makeCode } from '../access/make-code.ts';
import { openAccessStore } from '../access/open-access-store.ts';
import { composeSystem } from '../compose/compose-system.ts';

/**
 * `lifeboat sign-in code`: a code by which the first administrator, or another one, chooses name and password; with
 * --tenant one who is bound to that tenant.
 */
export async function signInCode(context: CommandContext): Promise<number> {
  const { tenant, stateFolder } = await whoseAccess(context);
  using store = await openAccessStore(stateFolder);
  const code = makeCode(store, { account: null, tenant }, context.clock);
  return tell(context, code, 'a name and a password of your choice');
}

/** `lifeboat sign-in reset NAME`: a code by which a lost password is chosen anew. */
export async function signInReset(context: CommandContext, name: string): Promise<number> {
  const { tenant, stateFolder } = await whoseAccess(context);
  using store = await openAccessStore(stateFolder);
  if (store.account({ name, tenant }) === undefined) {
    const there = store.accounts().filter((account) => account.tenant === tenant);
    throw new LifeboatError('usage', `there is no account ${name}; nothing was changed`, {
      hint: `accounts: ${there.map((account) => account.name).join(', ') || 'none yet'}`,
    });
  }
  const code = makeCode(store, { account: name, tenant }, context.clock);
  return tell(context, code, `a new password for ${name}`);
}

/** Who may sign in, also to a tenant, is kept by the service. */
async function whoseAccess(context: CommandContext): Promise<{ tenant: string | null; stateFolder: string }> {
  const { id, servedBy } = await composeSystem(context);
  return { tenant: context.tenant === undefined ? null : id, stateFolder: servedBy.stateFolder };
}

function tell({ stdout, json, tenant }: CommandContext, code: string, what: string): number {
  const where = tenant === undefined ? 'the sign-in page' : `the sign-in page of the tenant ${tenant}`;
  stdout.write(
    json
      ? `${JSON.stringify({ code })}\n`
      : `${code}\ntype this code on ${where}, within half an hour, to set ${what}; it serves once\n`,
  );
  return 0;
}
