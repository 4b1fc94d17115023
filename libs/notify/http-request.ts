import { LifeboatError } from '#platform/errors.ts';
import { isHttpAddress } from './is-http-address.ts';

/**
 * Sends one HTTP request and resolves if the answer is a 2xx. A redirect is none: it would carry a token on to
 * somebody else. The body of the answer is not read.
 */
export async function httpRequest(
  channel: string,
  url: string,
  request: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string },
  signal: AbortSignal,
): Promise<void> {
  if (!isHttpAddress(url)) {
    throw new LifeboatError('notify-failed', `${channel}: its address is no http or https address`, {
      hint: `look at the file or variable that [${channel}] in sysbackup.conf names; its first line is the address`,
    });
  }
  const headers = { connection: 'close', ...request.headers };
  const response = await fetch(url, { ...request, headers, redirect: 'manual', signal });
  await response.body?.cancel();
  if (!response.ok) {
    throw new LifeboatError(
      'notify-failed',
      `${channel}: the server answered with status ${response.status}`,
      {
        hint: 'look at the address, and at what the server says about it',
      },
    );
  }
}
