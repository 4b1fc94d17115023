/** Runs `work` with the rights of an account; whoever calls it must be root. Modules that it needs must be loaded. */
export async function asAccount(
  { uid, gid }: { uid: number; gid: number },
  work: () => Promise<void>,
): Promise<void> {
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}
