import type { LiveDatabase } from './read-live.ts';
import type { SwitchedDatabase } from './switch-state.ts';

/** Whether all is there that comes after the views in a switch-over: one that was cut off lacks some of it. */
export function hasAllItBrings({ brings }: SwitchedDatabase, now: LiveDatabase): boolean {
  const holds = (list: readonly { name: string }[], names: readonly string[]) =>
    names.every((name) => list.some((object) => object.name === name));
  const hasRoutine = (wanted: { name: string; type: string }) =>
    now.routines.some(({ name, type }) => name === wanted.name && type === wanted.type);
  return (
    holds(now.triggers, brings.triggers) &&
    holds(now.events, brings.events) &&
    brings.routines.every(hasRoutine)
  );
}
