import { readValue } from './read-value.ts';
import { scanConf } from './scan-conf.ts';

/**
 * The keys of a section of a valid conf as they are written there (`webhook chat`, `watch`), lists as `a, b`. A key that
 * has its default is not among them.
 */
export function writtenValues(text: string, section: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of scanConf(text)) {
    if (line.section?.replace(/\s+/g, ' ') !== section || line.what.kind !== 'entry') continue;
    const { key, raw = '' } = line.what;
    const { value } = readValue(raw);
    const before = values[key];
    values[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return values;
}
