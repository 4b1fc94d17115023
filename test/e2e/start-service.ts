import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RealSystem } from './real-system.ts';

const main = join(import.meta.dirname, '..', '..', 'apps', 'service', 'main.ts');

export interface TestService extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Of its page. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `lifeboat serve` from its sources, once it says that it is there. */
export async function startService(system: Pick<RealSystem, 'conf'>): Promise<TestService> {
  const child = spawn(process.execPath, [main, '--conf', system.conf, 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit').then(([status]) => {
    throw new Error(`the service ended with status ${status} before it was there`);
  });
  died.catch(() => undefined);
  const [line] = await Promise.race([once(child.stdout, 'data'), died]);
  expect(String(line)).toMatch(/status page of/);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return {
    process: child,
    url: /http:\S+/.exec(String(line))?.[0] ?? '',
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
