import { expect } from 'vitest';
import type { RealSystem } from './real-system.ts';

/** Somebody who signed in on a running service; each call is one request with what it needs. */
export interface Browser {
  readonly cookie: string;
  readonly csrf: string;
  get(path: string): Promise<Response>;
  send(method: string, path: string, body?: unknown): Promise<Response>;
}

export const PASSWORD = 'correct horse battery';

/** The first administrator, made as a person does it: by the code of the command line. */
export async function signInFirst(
  system: Pick<RealSystem, 'lifeboat'>,
  url: string,
  name = 'anna',
): Promise<Browser> {
  const { code } = JSON.parse((await system.lifeboat('--json', 'sign-in', 'code')).stdout);
  return await enter(url, 'api/sign-in/first', { code, name, password: PASSWORD });
}

export async function signInAs(url: string, name: string, password = PASSWORD): Promise<Browser> {
  return await enter(url, 'api/sign-in', { name, password });
}

async function enter(url: string, path: string, body: unknown): Promise<Browser> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { csrf } = JSON.parse(text);
  return {
    cookie,
    csrf,
    get: (path) => fetch(url + path, { headers: { cookie } }),
    send: (method, path, body) =>
      fetch(url + path, {
        method,
        headers: {
          cookie,
          'x-lifeboat-csrf': csrf,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** What a route answered; a test says by what it expects which form that has. */
// biome-ignore lint/suspicious/noExplicitAny: an answer is looked at field by field
export async function bodyOf(answer: Response | Promise<Response>): Promise<any> {
  return await (await answer).json();
}
