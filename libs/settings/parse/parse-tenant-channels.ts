import { dirname, isAbsolute } from 'node:path';
import type { ChannelSettings } from '../channel-settings.ts';
import { checkText } from '../check-text.ts';
import { type ConfSection, collectSections } from '../collect-sections.ts';
import { collectMistakes, type Mistake, type MistakeList } from '../mistakes.ts';
import { quote } from '../quote.ts';
import { readValue } from '../read-value.ts';
import { scanConf } from '../scan-conf.ts';
import { sectionReader } from '../section-reader.ts';
import { CHANNEL_PARSERS } from './parse-channels.ts';

/** Keys that name a file: relative ones would count from the tenant's root, where the tenant can write. */
const FILES: readonly string[] = ['url_file', 'password_file', 'tls_ca'];

/** All mistakes of a file with the channels of one tenant: sections `[webhook]`, `[mail]` and `[ping]`, nothing else. Pure. */
export function parseTenantChannels(text: string, { file }: { file: string }): Mistake[] {
  const mistakes = collectMistakes(file);
  const lines = scanConf(text);
  checkText(text, lines, mistakes);
  for (const section of collectSections(lines, mistakes)) {
    const { kind, line, title } = section;
    if (!Object.hasOwn(CHANNEL_PARSERS, kind)) {
      mistakes.add({ line, section: title }, 'this section', '[webhook NAME], [mail NAME], [ping NAME]');
      continue;
    }
    CHANNEL_PARSERS[kind as ChannelSettings['kind']](
      sectionReader(section, { root: dirname(file), mistakes }),
    );
    requireAbsolute(section, mistakes);
  }
  return mistakes.all();
}

function requireAbsolute({ title, entries }: ConfSection, mistakes: MistakeList): void {
  for (const { key, raw, line } of entries.filter((entry) => FILES.includes(entry.key))) {
    const { value } = readValue(raw ?? '');
    if (!isAbsolute(value)) mistakes.add({ line, section: title, key }, quote(value), 'an absolute path');
  }
}
