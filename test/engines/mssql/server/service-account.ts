import process from 'node:process';

/**
 * Runs what opens or makes files as the server's own account. The server lives in the tests' process: where a test gave
 * up root's rights for a while, the server must not have lost them too.
 */
export function asServiceAccount<Result>(action: () => Result): Result {
  const user = process.geteuid?.();
  if (user === undefined || user === 0 || process.getuid?.() !== 0) return action();
  process.seteuid?.(0);
  try {
    return action();
  } finally {
    process.seteuid?.(user);
  }
}
