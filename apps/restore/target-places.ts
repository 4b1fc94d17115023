/** Where a restore works, and what it is called. */
export interface TargetPlaces {
  conf: string;
  state: string;
  runId: string;
  /** The archive was made of these very places, before what is live was deleted. */
  savedHere?: boolean;
  signal: AbortSignal;
}
