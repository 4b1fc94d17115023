import { shellQuoted } from '#platform/shell-quoted.ts';

/** The shell command by which a person puts `to` back where it was; harmless if the move never happened. */
export function goBackCommand(
  from: string,
  to: string,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === 'win32') return `move "${to}" "${from}"`;
  // -T: never into a folder that stands there by now. Only GNU's mv has it.
  const move = platform === 'linux' ? 'mv -T --' : 'mv --';
  return `${move} ${quoted(to)} ${quoted(from)}`;
}

/** The command that removes what was not there before. */
export function removeCommand(path: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? `rmdir /s "${path}"` : `rm -r -- ${quoted(path)}`;
}

/** The command that removes files, whether or not they are there. */
export function removeFilesCommand(
  paths: readonly string[],
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === 'win32') return `del /f /q ${paths.map((path) => `"${path}"`).join(' ')}`;
  return `rm -f -- ${paths.map(quoted).join(' ')}`;
}

function quoted(path: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(path) ? path : shellQuoted(path);
}
