import type { Transaction } from '../logged-transaction.ts';
import type { Switching } from '../transaction.ts';
import { exchangeOne } from './exchange-one.ts';
import type { OpenSafety } from './safety.ts';
import { wayOf } from './way-of.ts';

/** Puts what a safety archive holds of a target in the place of what is live; false if it holds nothing of it. */
export async function bringFromSafety(
  target: string,
  { archive, targets }: OpenSafety,
  transaction: Transaction,
  switching: Switching,
): Promise<boolean> {
  const own = targets.find((work) => work.target.id === target);
  if (own === undefined) return false;
  const { record } = await exchangeOne(own, archive, transaction);
  await wayOf(record, switching).forget();
  return true;
}
