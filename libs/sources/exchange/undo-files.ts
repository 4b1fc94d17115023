const UNDO = '-undo';

/**
 * What the names of the state files of a way back begin with, given those of its switch-over. An undo of an undo has those
 * of the restore again, which nobody needs by then: so there are never more than two.
 */
export function undoFiles(files: string): string {
  return files.endsWith(UNDO) ? files.slice(0, -UNDO.length) : `${files}${UNDO}`;
}
