/** How a server answers the wish to encrypt: not at all, only the login, all if the client wants, always. */
export type Encryption = 'not-supported' | 'login-only' | 'on' | 'required';

export type Version = readonly [major: number, minor: number, build: number];

/** The ENCRYPTION option as it travels (MS-TDS 2.2.6.5). */
const OFF = 0;
const ON = 1;
const NOT_SUPPORTED = 2;
const REQUIRED = 3;

const TERMINATOR = 0xff;
const ENCRYPTION_OPTION = 1;

export interface PreloginAnswer {
  reply: Buffer;
  /** What is encrypted from here on. */
  tls: 'none' | 'login' | 'all';
}

export function answerPrelogin(request: Buffer, mode: Encryption, version: Version): PreloginAnswer {
  const wish = readOptions(request).get(ENCRYPTION_OPTION)?.[0] ?? NOT_SUPPORTED;
  const answer = chooseEncryption(wish, mode);
  return {
    reply: writeOptions(version, answer),
    tls: answer === NOT_SUPPORTED ? 'none' : answer === OFF ? 'login' : 'all',
  };
}

function readOptions(body: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; at + 5 <= body.length && body[at] !== TERMINATOR; at += 5) {
    const start = body.readUInt16BE(at + 1);
    options.set(body.readUInt8(at), body.subarray(start, start + body.readUInt16BE(at + 3)));
  }
  return options;
}

function chooseEncryption(wish: number, mode: Encryption): number {
  switch (mode) {
    case 'not-supported':
      return NOT_SUPPORTED;
    case 'required':
      return wish === ON || wish === REQUIRED ? ON : REQUIRED;
    case 'on':
    case 'login-only':
      if (wish === ON || wish === REQUIRED) return ON;
      return wish === OFF ? OFF : NOT_SUPPORTED;
  }
}

function writeOptions(version: Version, encryption: number): Buffer {
  const options: [type: number, value: Buffer][] = [
    [0, Buffer.from([version[0], version[1], version[2] >> 8, version[2] & 0xff, 0, 0])],
    [ENCRYPTION_OPTION, Buffer.from([encryption])],
    // Instance: any is right. Thread: the server sends none. MARS: no.
    [2, Buffer.from([0])],
    [3, Buffer.alloc(0)],
    [4, Buffer.from([0])],
  ];
  let at = options.length * 5 + 1;
  const heads = options.map(([type, value]) => {
    const head = Buffer.alloc(5);
    head.writeUInt8(type, 0);
    head.writeUInt16BE(at, 1);
    head.writeUInt16BE(value.length, 3);
    at += value.length;
    return head;
  });
  return Buffer.concat([...heads, Buffer.from([TERMINATOR]), ...options.map(([, value]) => value)]);
}
