// On Windows: opens files so that nobody else can, as databases and mail programs do, until the file that says so is removed.

import { dlopen } from 'node:ffi';
import { existsSync, writeFileSync } from 'node:fs';

const [said, ...files] = process.argv.slice(2);
const { CreateFileW } = dlopen('kernel32.dll', {
  CreateFileW: {
    return: 'i64',
    arguments: ['pointer', 'u32', 'u32', 'pointer', 'u32', 'u32', 'pointer'],
  },
}).functions;
const GENERIC_READ = 0x8000_0000;
const OPEN_EXISTING = 3;
for (const file of files) {
  const handle = CreateFileW(
    Buffer.from(`${file}\0`, 'utf16le'),
    GENERIC_READ,
    0,
    null,
    OPEN_EXISTING,
    0,
    null,
  );
  if (handle === -1n) throw new Error(`cannot open ${file}`);
}
writeFileSync(said, 'held');
const looking = setInterval(() => {
  if (!existsSync(said)) clearInterval(looking);
}, 100);
