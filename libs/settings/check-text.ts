import type { MistakeList } from './mistakes.ts';
import { quote } from './quote.ts';
import type { ConfLine } from './scan-conf.ts';

/** What no conf text may hold wherever it stands: a byte order mark, control characters, bare carriage returns. */
export function checkText(text: string, lines: ConfLine[], mistakes: MistakeList): void {
  if (text.startsWith('\uFEFF')) {
    mistakes.add({ line: 1 }, 'a byte order mark', 'UTF-8 without one (save it so in the editor)');
  }
  for (const { number, text: line, eol } of lines) {
    const control = /[^\P{Cc}\t]|[\p{Zl}\p{Zp}]/u.exec(line)?.[0];
    if (control !== undefined) {
      mistakes.add({ line: number }, `the control character ${quote(control)}`, 'printable text');
    }
    if (eol === '\r') {
      mistakes.add(
        { line: number },
        'a carriage return without line feed',
        'lines that end with LF or CR LF',
      );
    }
  }
}
