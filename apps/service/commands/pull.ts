import { openServer } from '#client/open-server.ts';
import { type Pulled, pullArchives } from '#client/pull-archives.ts';
import { counted } from '#platform/counted.ts';
import { ERRORS, LifeboatError } from '#platform/errors.ts';
import { pause } from '#platform/pause.ts';
import { readSecret } from '#platform/read-secret.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { showProgress } from '#terminal/show-progress.ts';

export interface PullOptions {
  server: string;
  tokenFile: string;
  to: string;
  keep: number;
  /** Minutes between two rounds; undefined: one round. */
  every: number | undefined;
}

/**
 * `lifeboat pull`: copies of another machine's archives, once, or at the start and then at intervals until it is told
 * to stop. A round that fails is told, and the next one is made all the same.
 */
export async function pull(context: CommandContext, options: PullOptions): Promise<number> {
  const { signal, stderr } = context;
  if (options.every === undefined) return await pullOnce(context, options);
  while (!signal.aborted) {
    try {
      await pullOnce(context, options);
    } catch (error) {
      if (!(error instanceof LifeboatError) || signal.aborted) throw error;
      stderr.write(`${error.message}; tried again in ${options.every} min\n`);
    }
    await pause(options.every * 60_000, signal);
  }
  return 0;
}

async function pullOnce(context: CommandContext, options: PullOptions): Promise<number> {
  const server = openServer(options.server, await readSecret({ from: 'file', file: options.tokenFile }));
  const display = showProgress(context);
  try {
    const parts = { ...context, server, folder: options.to, keep: options.keep };
    const pulled = await pullArchives({ ...parts, onProgress: display.onProgress }, context.signal);
    display.clear();
    return tell(pulled, context);
  } finally {
    display.clear();
  }
}

function tell(pulled: Pulled, { stdout, json }: CommandContext): number {
  const status = pulled.failed.length === 0 ? 0 : ERRORS.incomplete.exit;
  if (json) {
    stdout.write(`${JSON.stringify(pulled)}\n`);
    return status;
  }
  const lines = [
    ...pulled.fetched.map((name) => `fetched and verified ${name}`),
    ...pulled.removed.map((name) => `removed ${name}, which is more than are kept here`),
    ...pulled.failed.map((line) => `not fetched: ${line}`),
  ];
  const end =
    pulled.failed.length > 0
      ? `pull incomplete: ${counted(pulled.failed.length, 'archive')} could not be fetched; the next pull goes on`
      : pulled.fetched.length === 0
        ? 'pull done: everything is here already'
        : `pull done: ${counted(pulled.fetched.length, 'archive')} fetched, every hash is right`;
  stdout.write(`${[...lines.map((line) => `  ${line}`), end].join('\n')}\n`);
  return status;
}
