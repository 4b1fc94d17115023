import type { Locator } from 'playwright-core';

/** What a person reads there, in lines as they are shown. */
export function textOf(place: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: its text without the lines that are seen would run cells together
  return place.innerText();
}
