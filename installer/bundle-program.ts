import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import type { Program } from './programs.ts';
import type { BuildFacts } from './read-build-facts.ts';

export interface Bundle {
  program: Program;
  /** The bundled code: one file that imports nothing but what Node itself has. */
  file: string;
  /** Absolute paths of the program's assets by name. */
  assets: Record<string, string>;
  /** Every file that went in, relative to the repository. */
  inputs: string[];
}

/**
 * CommonJS packages in the bundle ask for Node's own modules by `require`, which an ES module does not have.
 * This one gives nothing else: the usual createRequire would load a package that somebody put into a
 * node_modules beside the executable, and the restore tool runs as root from wherever it was copied to.
 */
const BANNER = `const require = (name) => {
  const found = process.getBuiltinModule(name);
  if (found !== undefined) return found;
  throw Object.assign(new Error("Cannot find module '" + name + "'"), { code: 'MODULE_NOT_FOUND' });
};`;

/**
 * Packages that others ask for and do without: cardinal and supports-color colour the debug output of mysql2 and
 * tedious, kerberos signs in to a company's web proxy, which no connection of ours goes through.
 */
const DISPENSABLE = ['cardinal', 'supports-color', 'kerberos'];

/**
 * Bundles a program into one file. What its sources import with `await import()` is part of the file but is
 * run only when it is asked for. Throws if something is imported that would not be there at run time.
 */
export async function bundleProgram(
  program: Program,
  { repository, work, facts }: { repository: string; work: string; facts: BuildFacts },
): Promise<Bundle> {
  const file = join(work, `${program.name}.mjs`);
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [program.entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node26',
    format: 'esm',
    // Without keepNames, which puts a call of a helper into each function: where the text of a function is the
    // program of a worker (libs/sources/sqlite/database-facts.ts), that helper would be missing.
    minify: true,
    legalComments: 'none',
    banner: { js: BANNER },
    define: { LIFEBOAT_BUILD: JSON.stringify({ commit: facts.commit, archiveFormat: facts.archiveFormat }) },
    logLevel: 'warning',
    metafile: true,
  });
  refuseOutsideImports(program, metafile);
  const assets = Object.entries(program.assets).map(([name, path]) => [name, join(repository, path)]);
  return { program, file, assets: Object.fromEntries(assets), inputs: Object.keys(metafile.inputs) };
}

function refuseOutsideImports(program: Program, metafile: Metafile): void {
  const outside = Object.values(metafile.outputs)
    .flatMap((output) => output.imports)
    .filter((entry) => entry.external === true && !isBuiltin(entry.path))
    .map((entry) => entry.path)
    .filter((name) => !DISPENSABLE.includes(name));
  if (outside.length > 0) {
    throw new Error(
      `${program.entry} imports what an executable does not have: ${[...new Set(outside)].join(', ')}`,
    );
  }
}
