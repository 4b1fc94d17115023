import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { LifeboatError, systemErrorCode } from '#platform/errors.ts';
import type { ServiceAddress } from './service-of.ts';

/**
 * Sends one request to the service that listens at a socket and resolves with its answer as it begins. Undefined if
 * no service runs there. Throws `state-unusable` for a socket that may not be used.
 */
export async function askService(
  { socket, prefix }: ServiceAddress,
  ask: { path: string; body: unknown; accept?: string },
): Promise<IncomingMessage | undefined> {
  const body = JSON.stringify(ask.body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    accept: ask.accept ?? 'application/json',
  };
  const sending = request({ socketPath: socket, path: prefix + ask.path, method: 'POST', headers });
  sending.end(body);
  try {
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    return answer;
  } catch (cause) {
    const code = systemErrorCode(cause) ?? '';
    if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(code)) return undefined;
    throw new LifeboatError('state-unusable', `cannot speak to the service at ${socket}: ${code}`, {
      hint: 'use the account that the service runs as, or root or Administrator',
      cause,
    });
  }
}
