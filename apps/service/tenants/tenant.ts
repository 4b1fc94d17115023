/** One of the systems found under the folder of `[tenants]`. */
export interface Tenant {
  /** From the file in its root; it stays when the folder is renamed. */
  readonly id: string;
  /** Its folder's name as it is now: how people and addresses call it. */
  readonly name: string;
  /** Absolute path of its folder. */
  readonly root: string;
}
