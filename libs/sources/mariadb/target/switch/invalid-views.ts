import type { SwitchedDatabase } from './switch-state.ts';

/** Those of the saved state that cannot be created again, so are put aside and back by renaming. */
export function invalidViews({ live }: Pick<SwitchedDatabase, 'live'>): string[] {
  return (live?.views ?? []).filter((view) => !view.valid).map(({ name }) => name);
}
