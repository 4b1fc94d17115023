/** What a client says of itself in LOGIN7. */
export interface Login {
  tdsVersion: number;
  packetSize: number;
  host: string;
  user: string;
  password: string;
  application: string;
  server: string;
  database: string;
  /** First NTLM message; empty for a login by user and password. */
  sspi: Buffer;
}

/** Where the fixed part of LOGIN7 keeps offset and length of each variable field (MS-TDS 2.2.6.4). */
const FIELD = { host: 36, user: 40, password: 44, application: 48, server: 52, database: 68, sspi: 78 };

export function readLogin(body: Buffer): Login {
  const text = (field: number): string => slice(body, field, 2).toString('utf16le');
  return {
    tdsVersion: body.readUInt32LE(4),
    packetSize: body.readUInt32LE(8),
    host: text(FIELD.host),
    user: text(FIELD.user),
    password: revealPassword(slice(body, FIELD.password, 2)),
    application: text(FIELD.application),
    server: text(FIELD.server),
    database: text(FIELD.database),
    sspi: slice(body, FIELD.sspi, 1),
  };
}

function slice(body: Buffer, field: number, unit: number): Buffer {
  const start = body.readUInt16LE(field);
  return Buffer.from(body.subarray(start, start + body.readUInt16LE(field + 2) * unit));
}

/** Passwords travel with halves of each byte swapped and 0xA5 over it: to be unreadable at a glance, not secret. */
function revealPassword(bytes: Buffer): string {
  for (const [index, byte] of bytes.entries()) {
    const plain = byte ^ 0xa5;
    bytes[index] = ((plain << 4) | (plain >> 4)) & 0xff;
  }
  return bytes.toString('utf16le');
}
