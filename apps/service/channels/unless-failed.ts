/** Nobody can be told where the state folder is full: the run is as it is all the same, and says so. */
export async function unlessFailed(tell: () => Promise<void>): Promise<string[]> {
  try {
    await tell();
    return [];
  } catch (error) {
    return [`notifications could not be prepared: ${error instanceof Error ? error.message : error}`];
  }
}
