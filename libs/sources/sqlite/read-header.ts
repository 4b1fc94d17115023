import { open } from 'node:fs/promises';

const HEADER = 100;
const MAGIC = Buffer.from('SQLite format 3\0');
const ENCODINGS: Record<number, string> = { 1: 'UTF-8', 2: 'UTF-16le', 3: 'UTF-16be' };

/** What the first 100 bytes of a database file say, whatever state the rest is in. */
export interface DatabaseHeader {
  /** The one journal mode that the file itself keeps; all others belong to a connection. */
  wal: boolean;
  pageSize: number;
  encoding: string;
  userVersion: number;
  applicationId: number;
}

/** Undefined if the file is empty, cut or no SQLite database. Rejects with the system's error. */
export async function readHeader(path: string): Promise<DatabaseHeader | undefined> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEADER), 0, HEADER, 0);
    return bytesRead === HEADER ? parseHeader(buffer) : undefined;
  } finally {
    await file.close();
  }
}

function parseHeader(header: Buffer): DatabaseHeader | undefined {
  const stored = header.readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  const [writeVersion, readVersion] = [header[18], header[19]];
  const sound =
    header.subarray(0, MAGIC.length).equals(MAGIC) &&
    pageSize >= 512 &&
    (pageSize & (pageSize - 1)) === 0 &&
    (writeVersion === 1 || writeVersion === 2) &&
    (readVersion === 1 || readVersion === 2) &&
    header.subarray(21, 24).equals(Buffer.from([64, 32, 32]));
  if (!sound) return undefined;
  return {
    wal: readVersion === 2,
    pageSize,
    encoding: ENCODINGS[header.readUInt32BE(56)] ?? 'UTF-8',
    userVersion: header.readInt32BE(60),
    applicationId: header.readInt32BE(68),
  };
}
