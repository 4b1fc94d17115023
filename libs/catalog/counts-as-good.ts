import type { Summary } from './summary.ts';

/**
 * LB-04: whether this is a good backup of its system. What a restore in place saved of the state that it replaced is none,
 * however whole it is: it may hold a part of the system alone.
 */
export function countsAsGood({ state, safety = false }: Summary): boolean {
  return state === 'good' && !safety;
}
