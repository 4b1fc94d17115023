import { type ChildProcess, spawn } from 'node:child_process';
import { systemErrorCode } from './errors.ts';

/**
 * Asks (SIGTERM) or makes (SIGKILL) a program end, with all that it started: on Linux its process group, which
 * it leads if it was spawned with `detached`; on Windows its process tree. Does nothing if all of them are gone.
 * A program that took another user's rights cannot be ended by us and goes on.
 */
export function endTree(child: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') endOnWindows(child.pid, how);
    else process.kill(-child.pid, how);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes(systemErrorCode(error) ?? '')) throw error;
  }
}

function endOnWindows(pid: number, how: 'SIGTERM' | 'SIGKILL'): void {
  const force = how === 'SIGKILL' ? ['/f'] : [];
  const killer = spawn('taskkill', ['/pid', String(pid), '/t', ...force], {
    stdio: 'ignore',
    windowsHide: true,
  });
  // Without taskkill the time limit still holds for the program itself.
  killer.once('error', () => process.kill(pid, how));
}
