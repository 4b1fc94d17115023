import { createHmac, randomBytes } from 'node:crypto';

export interface NtlmAnswer {
  domain: string;
  user: string;
  /** Whether the answer to our challenge proves that the client knows this password (NTLMv2 or LMv2). */
  proves(password: string): boolean;
}

export interface NtlmChallenge {
  message: Buffer;
  /** Reads the client's third message. Throws if it is none. */
  answer(message: Buffer): NtlmAnswer;
}

const SIGNATURE = 'NTLMSSP\0';
/** Unicode, target name, NTLM, always sign, domain as target, extended session security, target info, version. */
const FLAGS = 0x02898205 | 0x80000000 | 0x20000000;

/** The second message of NTLM: a challenge of random bytes in the name of a domain (MS-NLMP 2.2.1.2). */
export function challengeNtlm(domain: string): NtlmChallenge {
  const nonce = randomBytes(8);
  return { message: writeChallenge(domain, nonce), answer: (message) => readAnswer(message, nonce) };
}

function writeChallenge(domain: string, nonce: Buffer): Buffer {
  const name = Buffer.from(domain, 'utf16le');
  const info = Buffer.concat([pair(2, name), pair(1, name), pair(0, Buffer.alloc(0))]);
  const head = Buffer.alloc(56);
  head.write(SIGNATURE, 0, 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt16LE(name.length, 12);
  head.writeUInt16LE(name.length, 14);
  head.writeUInt32LE(head.length, 16);
  head.writeUInt32LE(FLAGS >>> 0, 20);
  nonce.copy(head, 24);
  head.writeUInt16LE(info.length, 40);
  head.writeUInt16LE(info.length, 42);
  head.writeUInt32LE(head.length + name.length, 44);
  head.set([10, 0, 0x63, 0x45, 0, 0, 0, 15], 48);
  return Buffer.concat([head, name, info]);
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function readAnswer(message: Buffer, nonce: Buffer): NtlmAnswer {
  if (message.toString('latin1', 0, 8) !== SIGNATURE || message.readUInt32LE(8) !== 3) {
    throw new Error('not the third message of NTLM');
  }
  const field = (at: number): Buffer => {
    const start = message.readUInt32LE(at + 4);
    return message.subarray(start, start + message.readUInt16LE(at));
  };
  const domain = field(28).toString('utf16le');
  const user = field(36).toString('utf16le');
  // tedious gives its NTLMv2 response a length that is too short for one; servers then go by the LMv2 response.
  const responses = [field(20), field(12)].filter(({ length }) => length > PROOF);
  return {
    domain,
    user,
    proves(password) {
      const hash = md4(Buffer.from(password, 'utf16le'));
      return [domain, domain.toUpperCase()].some((name) => {
        const owner = Buffer.from(user.toUpperCase() + name, 'utf16le');
        const key = createHmac('md5', hash).update(owner).digest();
        return responses.some((response) => isProof(response, key, nonce));
      });
    },
  };
}

const PROOF = 16;

/** A response is the proof and what was proven besides our nonce. */
function isProof(response: Buffer, key: Buffer, nonce: Buffer): boolean {
  const proof = createHmac('md5', key).update(nonce).update(response.subarray(PROOF)).digest();
  return proof.equals(response.subarray(0, PROOF));
}

/** MD4 (RFC 1320), for messages short enough; OpenSSL 3 has it no longer, and NTLM is built on it. */
function md4(message: Buffer): Buffer {
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const padded = Buffer.alloc(length);
  message.copy(padded);
  padded[message.length] = 0x80;
  padded.writeUInt32LE(message.length * 8, length - 8);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < length; at += 64) {
    const before = state;
    state = md4Block(
      state,
      Array.from({ length: 16 }, (_, word) => padded.readUInt32LE(at + word * 4)),
    );
    state = state.map((word, index) => (word + (before[index] as number)) >>> 0);
  }
  const digest = Buffer.alloc(16);
  for (const [index, word] of state.entries()) digest.writeUInt32LE(word, index * 4);
  return digest;
}

const ROUNDS = [
  {
    mix: (x: number, y: number, z: number) => (x & y) | (~x & z),
    add: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
    add: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (x: number, y: number, z: number) => x ^ y ^ z,
    add: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
];

function md4Block(state: number[], words: number[]): number[] {
  let [a, b, c, d] = state as [number, number, number, number];
  for (const round of ROUNDS) {
    for (const [step, word] of round.order.entries()) {
      const sum = (a + round.mix(b, c, d) + (words[word] as number) + round.add) >>> 0;
      const shift = round.shifts[step % 4] as number;
      const turned = ((sum << shift) | (sum >>> (32 - shift))) >>> 0;
      [a, b, c, d] = [d, turned, b, c];
    }
  }
  return [a, b, c, d];
}
