/**
 * Loaded before a program (`node --import`): ends it by SIGKILL right before the n-th change of the file
 * system below KILL_FOLDER, n from KILL_AT, counted from where a file is made whose path holds KILL_FROM. With
 * KILL_LINKS=none no file gets a second name.
 */
import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const { KILL_FOLDER: folder = '', KILL_FROM: from = '', KILL_AT: at, KILL_LINKS: links } = process.env;
let steps = 0;
let counting = false;

function beforeStep(kind: string, ...paths: unknown[]): void {
  const touched = paths.map(String).filter((path) => path.startsWith(folder));
  // A leftover of the run before is removed long before that.
  counting ||= kind !== 'rm' && touched.some((path) => path.includes(from));
  if (!counting || touched.length === 0) return;
  steps += 1;
  if (steps === Number(at)) process.kill(process.pid, 'SIGKILL');
}

const { link, rename, rm, open, mkdir } = fsp;
fsp.link = async (from, to) => {
  beforeStep('link', from, to);
  if (links === 'none') throw Object.assign(new Error('EPERM: operation not permitted'), { code: 'EPERM' });
  await link(from, to);
};
fsp.rename = async (from, to) => {
  beforeStep('rename', from, to);
  await rename(from, to);
};
fsp.rm = async (path, options) => {
  beforeStep('rm', path);
  await rm(path, options);
};
fsp.mkdir = (async (path: string, options: object) => {
  beforeStep('mkdir', path);
  return await mkdir(path, options);
}) as typeof fsp.mkdir;
fsp.open = async (path, flags, mode) => {
  if (flags !== undefined && flags !== 'r') beforeStep('open', path);
  return await open(path, flags, mode);
};
syncBuiltinESMExports();
