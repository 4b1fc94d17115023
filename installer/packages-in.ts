/** A package's own folder, from the first node_modules in the path on: the last one and the name, with its scope, behind it. */
const PACKAGE_FOLDER = /^.*?(node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+)\//;

/**
 * Folders, relative to the repository and in order, of the npm packages that bundled files are from. They are the
 * same where node_modules is a link to somewhere else.
 */
export function packagesIn(inputs: readonly string[]): string[] {
  const folders = new Set(inputs.flatMap((input) => PACKAGE_FOLDER.exec(input)?.[1] ?? []));
  return [...folders].sort();
}
