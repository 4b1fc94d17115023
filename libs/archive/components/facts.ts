/**
 * What a component's record in the manifest says about it, worked out again from the lists inside the
 * component: cheap beside reading all of it, since the contents themselves are not unpacked.
 */
export interface Facts {
  items: number;
  bytes: number;
  sha256: string;
  rows?: number;
  /** Paths of members that the lists name. Whatever else the component has serves people only. */
  members: ReadonlySet<string>;
}
