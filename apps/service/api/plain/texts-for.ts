import type { FastifyRequest } from 'fastify';
import { english } from './english.ts';
import { german } from './german.ts';
import type { PlainTexts } from './plain-texts.ts';

/** In the language that the browser asks for, English if there is none of ours. */
export function textsFor(request: FastifyRequest): PlainTexts {
  return request.accepts().language(['en', 'de']) === 'de' ? german : english;
}
