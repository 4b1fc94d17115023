import { spawn, spawnSync } from 'node:child_process';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../fakes/temporary-folder.ts';

interface Ended {
  status: number | null;
  output: string;
}

export interface Wine extends AsyncDisposable {
  /** The path of `C:\...` on this machine. */
  file(path: string): string;
  /** Runs a program of drive C and waits for it. */
  run(program: string, ...args: string[]): Promise<Ended>;
  /** The same with more variables in its environment. */
  runWith(more: Record<string, string>, program: string, ...args: string[]): Promise<Ended>;
}

/** A Windows 10 as far as Wine goes, with a drive C of its own. */
export async function openWine(): Promise<Wine> {
  const folder = await temporaryFolder();
  const prefix = folder.file('prefix');
  const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', TZ: 'Europe/Berlin' };
  const wait = (): void => void spawnSync('wineserver', ['-w'], { env, timeout: 60_000 });
  const file = (path: string): string => join(prefix, 'drive_c', ...path.replace(/^C:\\/, '').split('\\'));

  let runs = 0;
  const runWith: Wine['runWith'] = async (more, program, ...args) => {
    // To a file: the pipes that Wine hands on are none that Node can open.
    const out = folder.file(`output-${++runs}.txt`);
    const child = spawn('sh', ['-c', 'exec timeout 240 wine "$@" > "$OUT" 2>&1', 'wine', program, ...args], {
      env: { ...env, ...more, OUT: out },
      stdio: 'ignore',
    });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { status, output: (await readFile(out, 'utf8')).replaceAll('\r', '').replaceAll('\0', '') };
  };

  const run: Wine['run'] = (program, ...args) => runWith({}, program, ...args);

  spawnSync('wineboot', ['--init'], { env, timeout: 300_000 });
  wait();
  await copyFile(
    process.env['LIFEBOAT_WINE_KERNELBASE'] ?? '',
    file('C:\\windows\\system32\\kernelbase.dll'),
  );
  await run('reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f');
  wait();
  return {
    file,
    run,
    runWith,
    async [Symbol.asyncDispose]() {
      spawnSync('wineserver', ['-k'], { env });
      wait();
      await rm(prefix, { recursive: true, force: true, maxRetries: 5 });
      await folder[Symbol.asyncDispose]();
    },
  };
}
