import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RandomAccess } from '#archive/archive.ts';
import type { CatalogEntry } from '#catalog/list-archives.ts';
import { type ByteRange, parseRange } from './parse-range.ts';

/**
 * Sends an archive, or the part that is asked for: a transfer that broke off goes on where it stopped (BT-08). The
 * entity tag is the archive's SHA-256, so that a part is never taken of another archive that has got its name.
 * `access` is closed in the end.
 */
export async function sendArchive(
  { file, summary }: CatalogEntry,
  access: RandomAccess,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const tag = summary?.sha256 === undefined ? undefined : `"${summary.sha256}"`;
  const ifRange = request.headers['if-range'];
  const isSame = ifRange === undefined || (tag !== undefined && ifRange === tag);
  const range = isSame ? parseRange(request.headers.range, access.size) : undefined;
  reply.header('accept-ranges', 'bytes');
  if (tag !== undefined) reply.header('etag', tag);
  if (range === 'none') {
    await access[Symbol.asyncDispose]();
    return reply.code(416).header('content-range', `bytes */${access.size}`).send();
  }
  const { start, end } = range ?? { start: 0, end: access.size };
  if (range !== undefined) {
    reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${access.size}`);
  }
  reply.header('content-length', end - start).type('application/zip');
  reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
  return reply.send(Readable.from(bytesOf(access, { start, end }), { objectMode: false }));
}

const PIECE = 2 ** 20;

/** Closes the archive at the end, also when whoever reads goes away. */
async function* bytesOf(access: RandomAccess, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  await using opened = access;
  for (let at = start; at < end; at += PIECE) {
    yield await opened.read(at, Math.min(PIECE, end - at));
  }
}
