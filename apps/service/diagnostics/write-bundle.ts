import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipArchive } from 'archiver';

/** Writes texts as files of one ZIP that only its owner can read. `path` must not exist. */
export async function writeBundle(
  path: string,
  files: readonly { name: string; text: string }[],
): Promise<void> {
  const zip = new ZipArchive({ zlib: { level: 6 } });
  for (const { name, text } of files) zip.append(Buffer.from(text), { name });
  const output = await open(path, 'wx', 0o600);
  // What goes wrong ends the pipeline, which is waited for.
  zip.finalize().catch(() => undefined);
  await pipeline(Readable.from(zip), output.createWriteStream());
}
