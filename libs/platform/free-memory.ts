/**
 * Gives memory back to the system at once; whoever still has a view on it finds that empty. Buffers that only
 * the collector frees make it run: with a heap as small as ours, once for every 24 MB of them.
 */
export function freeMemory(memory: ArrayBufferLike): void {
  if (memory instanceof ArrayBuffer) memory.transfer(0);
}
