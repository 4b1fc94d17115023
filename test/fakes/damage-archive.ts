import { readFile, writeFile } from 'node:fs/promises';
import AdmZip from 'adm-zip';
import { buildZip } from './zip-builder.ts';

/** Flips one byte in the middle of the first member whose path begins so, as a failing disk would; resolves with its path. */
export async function damageMember(archive: string, beginning: string): Promise<string> {
  const entry = entriesOf(archive).find(({ entryName }) => entryName.startsWith(beginning));
  if (entry === undefined) throw new Error(`no member begins with ${beginning}`);
  const bytes = await readFile(archive);
  const { offset, compressedSize } = entry.header as unknown as { offset: number; compressedSize: number };
  const data = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const at = data + Math.floor(compressedSize / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x01, at);
  await writeFile(archive, bytes);
  return entry.entryName;
}

/** Writes the archive anew without the first member whose path begins so; everything else is whole. */
export async function loseMember(archive: string, beginning: string): Promise<string> {
  const entries = entriesOf(archive);
  const lost = entries.find(({ entryName }) => entryName.startsWith(beginning));
  if (lost === undefined) throw new Error(`no member begins with ${beginning}`);
  const left = entries.filter((entry) => entry !== lost);
  await writeFile(
    archive,
    buildZip(left.map((entry) => ({ path: entry.entryName, content: entry.getData() }))),
  );
  return lost.entryName;
}

function entriesOf(archive: string): AdmZip.IZipEntry[] {
  return new AdmZip(archive).getEntries();
}
