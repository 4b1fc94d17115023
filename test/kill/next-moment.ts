import { HOWS, type Moment, type Seen } from './moment.ts';

export interface Place {
  /** Of this lane and operation, from 0. */
  round: number;
  lane: number;
  lanes: number;
  /** Moments that are asked for of this operation, of all lanes. */
  wanted: number;
}

/** Of the moments asked for at most so many are records, the others any time. */
const RECORDS_SHARE = 0.64;

/**
 * Records of the log in their order, each before, torn and after where there are enough moments for that, mixed with
 * random times, all stages alike. What takes the place of a moment that was missed is a random time.
 */
export function nextMoment(
  { round, lane, lanes, wanted }: Place,
  { records, stages }: Seen,
  random: () => number,
): Moment {
  const points = Math.min(HOWS.length * records, Math.ceil(wanted * RECORDS_SHARE));
  const share = points / wanted;
  const number = Math.floor(round * share) * lanes + lane;
  if (Math.floor((round + 1) * share) > Math.floor(round * share) && number < points) {
    const record = Math.ceil(((number + 1) * records) / points);
    return { at: 'record', how: HOWS[number % HOWS.length]!, record };
  }
  const { stage } = stages[Math.floor(random() * stages.length)]!;
  return { at: 'stage', stage, share: random() };
}
