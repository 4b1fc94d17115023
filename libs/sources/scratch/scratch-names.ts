/** What all scratch databases' names begin with; rights can be granted on it (`lb\_drill%`). */
export const SCRATCH_PREFIX = 'lb_drill';

/** The names of so many scratch databases of one run; staging areas number their databases like this. */
export function scratchNames(run: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `lb_${run}_${index + 1}`);
}
