/**
 * Run as a program, or called by the build: bundles the page of `lifeboat serve` into dist/page, where the service
 * finds it when it runs from its sources. The same sources give the same bytes.
 */
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PAGE_FILES, PAGE_FOLDER } from './page-files.ts';

const WEB = 'apps/service/web';

/** Resolves with every file that went in, relative to the repository. Files of an earlier page are replaced by a rename. */
export async function bundlePage(repository: string): Promise<string[]> {
  const folder = join(repository, PAGE_FOLDER);
  await mkdir(folder, { recursive: true });
  // Two set-ups at the same time must not write to one file.
  const work = join(folder, `.work-${process.pid}`);
  try {
    const { metafile } = await build({
      absWorkingDir: repository,
      entryPoints: { page: `${WEB}/main.tsx`, 'page.css': `${WEB}/page.css` },
      entryNames: '[name]',
      outdir: work,
      bundle: true,
      platform: 'browser',
      target: ['chrome120', 'firefox121', 'safari17'],
      format: 'esm',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      minify: true,
      legalComments: 'none',
      logLevel: 'warning',
      metafile: true,
    });
    for (const name of ['index.html', 'icon.svg']) {
      await copyFile(join(repository, WEB, name), join(work, name));
    }
    await rename(join(work, 'page.css.css'), join(work, 'page.css'));
    for (const name of PAGE_FILES) await rename(join(work, name), join(folder, name));
    return Object.keys(metafile.inputs);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

if (import.meta.main) await bundlePage(join(import.meta.dirname, '..'));
