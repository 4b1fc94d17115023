import type { ApiServer } from './api-server.ts';
import { type PageFile, readPage } from './read-page.ts';

/**
 * Everything comes from this service: nothing of the page asks anybody else, and nobody can put it into a frame.
 * Pico draws its arrows and ticks as pictures in its own style sheet (data:).
 */
const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The page, for anybody: what it shows it gets from the API, which asks who is there. */
export async function registerPage(server: ApiServer): Promise<void> {
  for (const file of await readPage()) {
    const path = file.name === 'index.html' ? '/' : `/page/${file.name}`;
    const schema = { hide: true } as object;
    server.get(path, { config: { role: 'anyone' }, schema }, async (request, reply) => {
      reply.headers(headersOf(file));
      // Asked for each time and answered in a line: a new version of the page is there at once.
      if (request.headers['if-none-match'] === file.tag) return reply.code(304).send();
      return reply.type(file.type).send(file.bytes);
    });
  }
  // Relative, so that it also holds under a tenant's address.
  const schema = { hide: true } as object;
  server.get('/api/docs', { config: { role: 'anyone' }, schema }, (_request, reply) =>
    reply.redirect('../#/docs'),
  );
}

function headersOf(file: PageFile): Record<string, string> {
  return {
    etag: file.tag,
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
}
