import { createInterface } from 'node:readline/promises';

/**
 * A program that was started by a double click takes its window along when it ends, with what it said last. On Windows the wizard
 * therefore waits for Enter; where there is no window with a person before it, it does not.
 */
export async function holdWindow(started: {
  platform: NodeJS.Platform;
  /** Words behind the program's name. */
  words: readonly string[];
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream;
}): Promise<void> {
  const { platform, words, stdin, stdout } = started;
  if (platform !== 'win32' || words.length > 0 || !stdin.isTTY) return;
  using line = createInterface({ input: stdin, output: stdout });
  const closed = new Promise<void>((resolve) => line.once('close', resolve));
  // Ctrl+C or the end of the input closes it just as well.
  await Promise.race([line.question('Press Enter to close this window. '), closed]);
}
