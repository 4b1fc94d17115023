import type { SectionReader } from '../section-reader.ts';

/** Written in MB a second; bytes a second. */
export function parseIoLimit(section: SectionReader): number | undefined {
  const megabytes = section.wholeNumber('io_limit', { from: 1, to: 100_000, otherwise: 0 });
  return megabytes === 0 ? undefined : megabytes * 1_000_000;
}
