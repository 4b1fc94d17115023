/** Where the page of `lifeboat serve` is bundled to, relative to the repository. */
export const PAGE_FOLDER = 'dist/page';

export const PAGE_FILES: readonly string[] = ['index.html', 'icon.svg', 'page.js', 'page.css'];
