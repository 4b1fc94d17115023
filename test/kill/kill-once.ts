import { bringTo } from './bring-to.ts';
import { killCase } from './kill-case.ts';
import { killRound } from './kill-round.ts';
import { parseMoment } from './moment.ts';
import { OPERATIONS, WAYS } from './operation.ts';

/** One kill on a system just made, told in full. */
export async function killOnce(words: string, moment: string): Promise<void> {
  const operation = OPERATIONS.find((one) => one === words);
  if (operation === undefined) throw new Error(`"${words}" is none of ${OPERATIONS.join('; ')}`);
  await using current = await killCase();
  await bringTo(current, WAYS[operation].from);
  // What starts after it is recover alone.
  const round = await killRound(current, { operation, moment: parseMoment(moment) }, () => 1);
  console.log(JSON.stringify(round, undefined, 1));
  if (round.ended === 'wrong') process.exitCode = 1;
}
