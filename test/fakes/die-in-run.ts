/**
 * A program that records one backup whose archive is one line of text, and kills itself (as kill -9 does) at the
 * Nth step on files: before it, or, of a write, when half of it is done. Prints its steps, w for each
 * write and - for each other, if it lives. FOLDER N before|half
 */
import fsp, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { recordedSite } from './recorded-site.ts';

const [folder, at, how] = process.argv.slice(2) as [string, string, 'before' | 'half'];
let steps = '';
let halfDone = false;

/** Resolves before the step is done, if it is to be done at all. */
async function step(half?: () => Promise<unknown>): Promise<void> {
  steps += half === undefined ? '-' : 'w';
  if (steps.length !== Number(at)) return;
  if (how === 'half' && half !== undefined) {
    halfDone = true;
    await half();
  }
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

const { parts, run } = recordedSite(folder, 'Door');
await countSteps();
await run(parts, 1);
process.stdout.write(steps);

async function countSteps(): Promise<void> {
  const handle = await fsp.open(join(folder, 'probe'), 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { writeFile, sync, datasync } = prototype;
  const write = prototype.write as (bytes: Buffer, ...where: (number | undefined)[]) => Promise<unknown>;
  Object.assign(prototype, {
    async write(this: FileHandle, bytes: Buffer, ...where: (number | undefined)[]) {
      await step(() => write.call(this, bytes, 0, Math.floor(bytes.length / 2)));
      return await write.call(this, bytes, ...where);
    },
    async writeFile(this: FileHandle, data: string) {
      await step(() => write.call(this, Buffer.from(data), 0, Math.floor(data.length / 2)));
      return await writeFile.call(this, data);
    },
    async sync(this: FileHandle) {
      await step();
      return await sync.call(this);
    },
    async datasync(this: FileHandle) {
      await step();
      return await datasync.call(this);
    },
  });
  for (const name of ['open', 'rename', 'rm', 'mkdir', 'link'] as const) {
    const real = fsp[name] as (...args: unknown[]) => Promise<unknown>;
    Object.assign(fsp, {
      async [name](...args: unknown[]) {
        if (!halfDone) await step();
        return await real(...args);
      },
    });
  }
  syncBuiltinESMExports();
}
