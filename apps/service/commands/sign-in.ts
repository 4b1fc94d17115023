import { LifeboatError } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { makeCode } from '../access/make-code.ts';
import { openAccessStore } from '../access/open-access-store.ts';
import { composeSystem } from '../compose.ts';

/** `lifeboat sign-in code`: a code by which the first administrator, or another one, chooses name and password. */
export async function signInCode(context: CommandContext): Promise<number> {
  const { state } = await composeSystem(context);
  using store = await openAccessStore(state);
  return tell(
    context,
    makeCode(store, { account: null, tenant: null }, context.clock),
    'a name and a password of your choice',
  );
}

/** `lifeboat sign-in reset NAME`: a code by which a lost password is chosen anew. */
export async function signInReset(context: CommandContext, name: string): Promise<number> {
  const { state } = await composeSystem(context);
  using store = await openAccessStore(state);
  if (store.account({ name, tenant: null }) === undefined) {
    throw new LifeboatError('usage', `there is no account ${name}; nothing was changed`, {
      hint: `accounts: ${
        store
          .accounts()
          .map((account) => account.name)
          .join(', ') || 'none yet'
      }`,
    });
  }
  return tell(
    context,
    makeCode(store, { account: name, tenant: null }, context.clock),
    `a new password for ${name}`,
  );
}

function tell({ stdout, json }: CommandContext, code: string, what: string): number {
  stdout.write(
    json
      ? `${JSON.stringify({ code })}\n`
      : `${code}\ntype this code on the sign-in page, within half an hour, to set ${what}; it serves once\n`,
  );
  return 0;
}
