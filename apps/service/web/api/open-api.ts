import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { Me } from './answers.ts';
import { ApiFailure } from './api-failure.ts';

export interface ServerEvent {
  name: string;
  data: unknown;
}

/** The service's API for whoever is signed in. Each method throws ApiFailure. */
export interface Api {
  /** What the service's clock showed when it last answered; undefined before. */
  now(): string | undefined;
  /** Full address of a path, for links. */
  address(path: string): string;
  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer>;
  send<Answer>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
  /** Server-sent events until the service ends them; none where there is nothing to follow. */
  events(path: string, options: { signal?: AbortSignal; post?: unknown }): AsyncGenerator<ServerEvent>;
}

export interface ApiOptions {
  /** The folder of the page: paths count from it, so that it also works under a tenant's address. */
  base: URL;
  /** Whose session it is; undefined before sign-in. */
  me: Me | undefined;
  /** The session is over. */
  signedOut: (firstRun: boolean) => void;
}

export function openApi({ base, me, signedOut }: ApiOptions): Api {
  let heard: string | undefined;

  async function ask(method: string, path: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (method !== 'GET' && me?.csrf != null) headers.set('x-lifeboat-csrf', me.csrf);
    const answer = await fetch(new URL(path, base), { ...options, method, headers }).catch(
      (error: unknown) => {
        if (options.signal?.aborted) throw error;
        throw new ApiFailure(0);
      },
    );
    heard = answer.headers.get('date') ?? heard;
    if (answer.ok) return answer;
    const failure = new ApiFailure(answer.status, await readSaid(answer));
    if (failure.status === 401 && me !== undefined) signedOut(failure.firstRun);
    throw failure;
  }

  return {
    now: () => heard,
    address: (path) => new URL(path, base).href,
    async get(path, signal) {
      return (await ask('GET', path, signal ? { signal } : {})).json();
    },
    async send(method, path, body) {
      const answer = await ask(method, path, withBody(body));
      const text = await answer.text();
      return text === '' ? undefined : JSON.parse(text);
    },
    async *events(path, { post, signal }) {
      const sent = withBody(post);
      const headers = { ...sent.headers, accept: 'text/event-stream' };
      const method = post === undefined ? 'GET' : 'POST';
      const answer = await ask(method, path, { ...sent, headers, ...(signal && { signal }) });
      if (answer.status === 204 || answer.body === null) return;
      const events = answer.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      const reader = events.getReader();
      try {
        for (let next = await reader.read(); !next.done; next = await reader.read()) {
          yield { name: next.value.event ?? 'message', data: JSON.parse(next.value.data) };
        }
      } finally {
        // Whoever stops reading lets go of the connection, too.
        await reader.cancel().catch(() => undefined);
      }
    },
  };
}

function withBody(body: unknown): { body?: string; headers?: Record<string, string> } {
  if (body === undefined) return {};
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

async function readSaid(answer: Response): Promise<Record<string, unknown>> {
  try {
    return await answer.json();
  } catch {
    // Not the service's own answer (a proxy's page): its status says enough.
    return {};
  }
}
