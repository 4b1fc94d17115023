import * as z from 'zod';
import { ERRORS, type ErrorCode, LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';

/** A lifeboat service on another machine, spoken to with a token. */
export interface Server {
  readonly url: string;
  /** The JSON answer to a GET, if it has the form asked for. */
  ask<Value>(path: string, form: z.ZodType<Value>, signal: AbortSignal): Promise<Value>;
  /** Any request; an answer that is an error is thrown as the service told it. */
  send(path: string, request: RequestInit & { signal: AbortSignal }): Promise<Response>;
}

const refusal = z.object({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** `url` with or without a slash at its end. Throws `server-unreachable`, and what the service refuses. */
export function openServer(url: string, token: string): Server {
  const base = url.endsWith('/') ? url : `${url}/`;
  async function send(path: string, request: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${token}`);
    const answer = await fetch(new URL(path, base), { ...request, headers, redirect: 'error' }).catch(
      (cause: unknown) => {
        request.signal.throwIfAborted();
        throw unreachable(base, cause);
      },
    );
    if (answer.ok) return answer;
    throw refused(base, answer.status, await answer.text());
  }
  return {
    url: base,
    send,
    async ask(path, form, signal) {
      const answer = await send(path, { signal });
      const parsed = form.safeParse(await answer.json());
      if (parsed.success) return parsed.data;
      throw new LifeboatError('server-unreachable', `${base} does not answer as a lifeboat service does`, {
        hint: 'look at the address: it is that of the page, http://host:4190/',
      });
    },
  };
}

function unreachable(url: string, error: unknown): LifeboatError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = messageOf(cause);
  return new LifeboatError('server-unreachable', `${url} cannot be reached: ${reason}`, {
    hint: 'look at the address, the network and whether the service runs; it listens to its own machine alone unless started with --host',
    cause: error,
  });
}

function refused(url: string, status: number, body: string): LifeboatError {
  const parsed = refusal.safeParse(parse(body));
  const code = parsed.success && parsed.data.code in ERRORS ? parsed.data.code : 'server-unreachable';
  const message = parsed.success ? parsed.data.message : `answered with status ${status}`;
  const hint = parsed.success ? parsed.data.hint : undefined;
  return new LifeboatError(code as ErrorCode, `${url}: ${message}`, hint === undefined ? {} : { hint });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
