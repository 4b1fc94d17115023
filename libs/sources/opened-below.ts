import { programsThat } from './programs-that.ts';

/** Other programs that work in a folder, or have something below it open: a system that still runs. */
export async function openedBelow(folder: string): Promise<string[]> {
  return await programsThat(async (path) => path === folder || path.startsWith(`${folder}/`));
}
