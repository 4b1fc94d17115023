/** A mistake without its place: what was found, and what is allowed. */
export interface Wrong {
  key: string;
  found: string;
  allowed: string;
}
