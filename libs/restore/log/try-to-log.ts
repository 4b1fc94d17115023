/**
 * Logs what must go on whatever becomes of the log (its disk may be full): the way back, the start of the
 * system. Resolves with what went wrong, to be told at the end.
 */
export async function tryToLog(write: () => Promise<void>): Promise<string | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    return `the restore log could not be written: ${error instanceof Error ? error.message : error}`;
  }
}
