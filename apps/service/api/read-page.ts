import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getRawAsset, isSea } from 'node:sea';
import { LifeboatError } from '#platform/errors.ts';

export interface PageFile {
  name: string;
  /** Content type. */
  type: string;
  bytes: Buffer;
  /** Its ETag. */
  tag: string;
}

const TYPES: Record<string, string> = {
  'index.html': 'text/html; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

/** The page as installer/bundle-page.ts made it: from the executable, or from dist/page beside the sources. */
export async function readPage(): Promise<PageFile[]> {
  return await Promise.all(
    Object.entries(TYPES).map(async ([name, type]) => {
      const bytes = isSea() ? Buffer.from(getRawAsset(`page/${name}`)) : await readBundled(name);
      const tag = `"${createHash('sha256').update(bytes).digest('base64url')}"`;
      return { name, type, bytes, tag };
    }),
  );
}

async function readBundled(name: string): Promise<Buffer> {
  const path = join(import.meta.dirname, '..', '..', '..', 'dist', 'page', name);
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LifeboatError('internal', `the page is not there: ${path} cannot be read`, {
      hint: 'make it with "npm run page"',
      cause,
    });
  }
}
