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
  const open = { config: { role: 'anyone' }, schema: { hide: true } as object } as const;
  for (const file of await readPage()) {
    const path = file.name === 'index.html' ? '/' : `/page/${file.name}`;
    server.get(path, open, async (request, reply) => {
      reply.headers(headersOf(file));
      // Asked for each time and answered in a line: a new version of the page is there at once.
      if (request.headers['if-none-match'] === file.tag) return reply.code(304).send();
      return reply.type(file.type).send(file.bytes);
    });
  }
  server.get('/t/:tenant', open, (request, reply) =>
    reply.redirect(`/t/${encodeURIComponent((request.params as { tenant: string }).tenant)}/`),
  );
  // Relative, so that it also holds under a tenant's address.
  server.get('/api/docs', open, (_request, reply) => reply.redirect('../#/docs'));
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
