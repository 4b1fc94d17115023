const SCRATCH = /^lb_drill[0-9a-f]{10}_[1-9][0-9]*$/;

/** Whether a database could be one of a drill's, by its name: forty random bits, then a number. */
export function isScratchName(name: string): boolean {
  return SCRATCH.test(name);
}
