import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface HttpReceiver extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string;
  /** Every request that came in whole, in order. */
  readonly received: Received[];
  /** How it answers: a status, never, by breaking the connection off, or by leading elsewhere. */
  answer: number | 'never' | 'break off' | { redirect: string };
}

/** A real HTTP server of this machine that keeps what it is told. */
export async function httpReceiver(): Promise<HttpReceiver> {
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: HttpReceiver = {
    url: `http://127.0.0.1:${port}`,
    received: [],
    answer: 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    receiver.received.push({ method, path: url, headers, body });
    const { answer } = receiver;
    if (answer === 'never') return;
    if (answer === 'break off') request.socket.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end('an answer');
    else response.writeHead(302, { location: answer.redirect }).end();
  }

  return receiver;
}
