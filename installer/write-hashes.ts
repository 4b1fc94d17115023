import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Writes SHA256SUMS, which `sha256sum --check SHA256SUMS` reads, for files named relative to `out`. */
export async function writeHashes(names: readonly string[], out: string): Promise<void> {
  const lines: string[] = [];
  for (const name of names) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(out, name)), hash);
    lines.push(`${hash.digest('hex')}  ${name}\n`);
  }
  const file = join(out, 'SHA256SUMS');
  await writeFile(`${file}.part`, lines.join(''));
  await rename(`${file}.part`, file);
}
