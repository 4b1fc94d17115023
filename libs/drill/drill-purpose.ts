/** As locks and runs name a drill that goes on. */
export const DRILL = 'a restore drill';
