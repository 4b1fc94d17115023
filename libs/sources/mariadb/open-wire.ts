import { readFile } from 'node:fs/promises';
import net from 'node:net';
import tls from 'node:tls';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';

export type ServerAddress = { host: string; port: number } | { socket: string };

/** Files of a TLS connection. `verify` false means: encrypted, but to whomever answers. */
export interface TlsFiles {
  ca: string | undefined;
  certificate: string | undefined;
  key: string | undefined;
  verify: boolean;
}

/**
 * The byte stream under a session. mysql2 reads it, except while it is diverted: then `take` gets every
 * chunk, valid only during the call.
 */
export interface Wire {
  divert(take: ((chunk: Buffer) => void) | undefined): void;
  pause(): void;
  resume(): void;
  write(bytes: Uint8Array): void;
  /** Called once if the stream ends or breaks, also by `destroy`. */
  onEnd(listener: (error: Error) => void): void;
  destroy(): void;
  /** Takes leave of the server, which otherwise logs a lost client, before `destroy`. */
  quit(): void;
}

/** What of a mysql2 connection the wire needs; its types do not tell. */
export interface PacketConsumer {
  stream: net.Socket;
  packetParser: { execute(chunk: Buffer): void };
  startTLS(onSecure: (error?: Error) => void): void;
}

export interface OpenWire extends Wire {
  readonly socket: net.Socket;
  /** Call at once after mysql2 has the socket. */
  feed(consumer: PacketConsumer): void;
  /** The version text of the server's greeting, before any credentials are sent. */
  readonly greeting: () => string | undefined;
}

const READ_BUFFER = 1 << 20;
const COM_QUIT = Buffer.from([1, 0, 0, 0, 1]);

/**
 * Opens the socket to a server. Without TLS the socket reads into one reused buffer, which is what makes the
 * raw reader fast; with TLS the decrypted stream's own chunks are taken. `refuse` sees the greeting's
 * version before mysql2 does and may throw; then nothing is answered to the server.
 */
export async function openWire(
  address: ServerAddress,
  files: TlsFiles | undefined,
  refuse: (version: string) => void,
): Promise<OpenWire> {
  const secure = files && 'host' in address ? await readTlsFiles(files) : undefined;
  let take: ((chunk: Buffer) => void) | undefined;
  let consumer: PacketConsumer | undefined;
  let greeting: string | undefined;
  let paused = false;
  let stream: net.Socket;

  const arrive = (chunk: Buffer, reused: boolean): void => {
    if (take) {
      take(chunk);
      return;
    }
    if (greeting === undefined) {
      greeting = greetingVersion(chunk) ?? '';
      try {
        if (greeting !== '') refuse(greeting);
      } catch (error) {
        stream.destroy(error as Error);
        return;
      }
    }
    consumer?.packetParser.execute(reused ? Buffer.from(chunk) : chunk);
  };
  const onread = secure
    ? {}
    : {
        onread: {
          buffer: Buffer.allocUnsafeSlow(READ_BUFFER),
          callback: (bytes: number, buffer: Uint8Array) => {
            arrive((buffer as Buffer).subarray(0, bytes), true);
            return !paused;
          },
        },
      };
  const target = 'socket' in address ? { path: address.socket } : { host: address.host, port: address.port };
  const socket = net.connect({ ...target, ...onread });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 60_000);
  stream = socket;

  const readFrom = (source: net.Socket): void => {
    source.removeAllListeners('data');
    source.on('data', (chunk: Buffer) => arrive(chunk, false));
  };
  return {
    socket,
    greeting: () => greeting,
    feed(mysql) {
      consumer = mysql;
      if (!secure || !('host' in address)) return;
      readFrom(socket);
      const host = address.host;
      mysql.startTLS = (onSecure) => {
        socket.removeAllListeners('data');
        stream = mysql.stream = startTls(socket, host, secure, onSecure);
        readFrom(stream);
      };
    },
    divert(next) {
      take = next;
    },
    pause() {
      paused = true;
      stream.pause();
    },
    resume() {
      paused = false;
      stream.resume();
    },
    write: (bytes) => void stream.write(bytes),
    onEnd(listener) {
      let told = false;
      const tell = (error?: Error) => {
        if (told) return;
        told = true;
        listener(error ?? new Error('the server closed the connection'));
      };
      stream.once('error', tell);
      stream.once('close', () => tell());
    },
    destroy: () => {
      if (stream.writableEnded) {
        stream.destroySoon();
        return;
      }
      stream.destroy();
      socket.destroy();
    },
    quit: () => void stream.end(COM_QUIT),
  };
}

/** The first packet: length (3), sequence (1), protocol version 10, then the version text ended by NUL. */
function greetingVersion(chunk: Buffer): string | undefined {
  if (chunk[4] !== 10) return undefined;
  const end = chunk.indexOf(0, 5);
  return end < 0 ? undefined : chunk.toString('latin1', 5, end);
}

interface TlsMaterial {
  context: tls.SecureContext;
  verify: boolean;
}

async function readTlsFiles(files: TlsFiles): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([files.ca, files.certificate, files.key].map(readPem));
  try {
    const context = tls.createSecureContext({
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
    });
    return { context, verify: files.verify };
  } catch (cause) {
    const names = [files.ca, files.certificate, files.key].filter((name) => name !== undefined).join(', ');
    throw new LifeboatError('database-tls-failed', `cannot use the TLS files ${names}: ${messageOf(cause)}`, {
      hint: 'they must be PEM files, and the key must belong to the certificate',
      cause,
    });
  }
}

async function readPem(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LifeboatError(
      'database-tls-failed',
      `cannot read the TLS file ${path}: ${systemErrorCode(cause) ?? messageOf(cause)}`,
      { hint: 'correct the path in the conf, or the rights on the file', cause },
    );
  }
}

/**
 * mysql2 would check the certificate of an address such as 127.0.0.1 against the name "localhost"; here the
 * configured host is what is checked, whether name or address.
 */
function startTls(
  socket: net.Socket,
  host: string,
  material: TlsMaterial,
  onSecure: (error?: Error) => void,
): tls.TLSSocket {
  let secured = false;
  const secureSocket = tls.connect(
    {
      socket,
      secureContext: material.context,
      rejectUnauthorized: material.verify,
      ...(net.isIP(host) ? {} : { servername: host }),
      checkServerIdentity: (_name, certificate) =>
        material.verify ? tls.checkServerIdentity(host, certificate) : undefined,
    },
    () => {
      secured = true;
      onSecure();
    },
  );
  secureSocket.on('error', (error) => {
    if (!secured) onSecure(error);
  });
  return secureSocket;
}
