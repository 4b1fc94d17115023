/** A name as it may begin a file's name anywhere: letters of every script and digits stay, the rest becomes single dashes. */
export function slugOf(name: string): string {
  const kept = name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '');
  const short = Array.from(kept).slice(0, 40).join('');
  return short.replace(/-$/, '') || 'system';
}
