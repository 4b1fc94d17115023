import prettyBytes from 'pretty-bytes';
import type { Manifest } from '#archive/manifest.ts';
import type { Prompts } from './prompts.ts';

/** FD-28: the contents with their sizes; all of them, or single parts. Undefined means all. */
export async function askComponents(prompts: Prompts, manifest: Manifest): Promise<string[] | undefined> {
  const present = manifest.components.filter((component) => component.state !== 'missing');
  const all = await prompts.yes(
    `It holds ${present.length} components, ${prettyBytes(present.reduce((sum, c) => sum + c.bytes, 0))}. Restore all of them?`,
  );
  if (all) return undefined;
  return await prompts.chooseSome(
    'Which ones? (space to choose, a for all, enter to go on)',
    present.map((component) => ({
      name: `${component.id.padEnd(28)} ${prettyBytes(component.bytes).padStart(9)}  ${component.items} items`,
      value: component.id,
    })),
  );
}
