/** Where the API has an archive, or what is done with it. */
export function archivePath(file: string, what?: 'verify' | 'file' | 'pin' | 'release'): string {
  const path = `api/archives/${encodeURIComponent(file)}`;
  return what === undefined ? path : `${path}/${what}`;
}
