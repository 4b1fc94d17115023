import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseArgsStringToArgv } from 'string-argv';

/**
 * Has a file signed in place by the vendor's own command, the file's path put behind it; without a command it stays
 * as it is. Throws what the command wrote if it fails: a build that should be signed is never half signed.
 */
export async function signFile(file: string, command: string | undefined): Promise<void> {
  const [program, ...args] = parseArgsStringToArgv(command ?? '');
  if (program === undefined) return;
  await promisify(execFile)(program, [...args, file]);
}
