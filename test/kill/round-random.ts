import { hash } from 'node:crypto';
import { seededRandom } from '../fakes/seeded-random.ts';

/** Of one round alone: the same whatever was done before it. */
export function roundRandom(round: {
  seed: number;
  lane: number;
  operation: string;
  round: number;
}): () => number {
  const { seed, lane, operation } = round;
  const digest = hash('sha256', `${seed} ${lane} ${operation} ${round.round}`);
  return seededRandom(Number.parseInt(digest.slice(0, 8), 16));
}
