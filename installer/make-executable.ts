import { execFile } from 'node:child_process';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Bundle } from './bundle-program.ts';
import type { Target } from './programs.ts';
import { LICENSES_NAME } from './write-licenses.ts';

/**
 * Puts a program's code and assets into a Node and resolves with the executable's path relative to `out`.
 * The same code and Node give the same bytes, wherever the repository lies.
 */
export async function makeExecutable(
  bundle: Bundle,
  target: Target,
  { node, licenses, work, out }: { node: string; licenses: string; work: string; out: string },
): Promise<string> {
  const name = `${bundle.program.name}${target.suffix}`;
  const config = join(work, `${target.name}-${bundle.program.name}.json`);
  await writeFile(
    config,
    JSON.stringify({
      // Written into the executable: a path relative to the work folder tells nothing about the machine.
      main: basename(bundle.file),
      mainFormat: 'module',
      executable: node,
      output: name,
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      // Would differ from build to build, and one made on Linux is refused on Windows.
      useCodeCache: false,
      // NODE_OPTIONS of whoever starts the service must not load code into it or open a debugger.
      execArgvExtension: 'none',
      // Windows' own functions are called by a part of Node that still says so on the screen (libs/platform/windows/windows-functions.ts).
      // With the 16 MiB that are usual, 300,000 small files took 45 MB more at their peak, for no time gained.
      execArgv: ['--max-semi-space-size=8', '--disable-warning=ExperimentalWarning'],
      // The licences ask to accompany every copy, the executable on a USB stick included.
      assets: { ...bundle.assets, [LICENSES_NAME]: licenses },
    }),
  );
  await promisify(execFile)(process.execPath, ['--build-sea', config], { cwd: work });
  await chmod(join(work, name), 0o755);
  await mkdir(join(out, target.name), { recursive: true });
  await rename(join(work, name), join(out, target.name, name));
  return `${target.name}/${name}`;
}
