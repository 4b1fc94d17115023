import type { FastifyRequest } from 'fastify';
import { LifeboatError } from '#platform/errors.ts';
import { ROLES, type Role } from '../access/role.ts';
import type { SignInParts } from '../access/sign-in.ts';
import { type Person, whoAsks } from '../access/who-asks.ts';
import { isChange } from './is-change.ts';
import { nothingHere } from './nothing-here.ts';
import { requireOwnPage } from './require-own-page.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

/**
 * Lets a request go on, with the person behind it, or throws why it may not: `not-found` for everything that is not
 * the own tenant's, whatever else is wrong with the request; `sign-in-refused` for nobody; `not-allowed` for a role
 * that is too small and for a change that comes from a foreign page.
 */
export function admit(request: FastifyRequest, access: SignInParts): void {
  const { role, where, csrf } = request.routeOptions.config;
  if (request.is404) return;
  if (where === 'service' && request.place?.tenant !== null) throw nothingHere();
  const person = recognise(request, access);
  if (role === 'anyone') {
    // Elsewhere he is a stranger, who may sign in there.
    request.person = isAtHome(person, request) ? person : undefined;
    return;
  }
  if (person === undefined) {
    throw new LifeboatError('sign-in-refused', 'nobody is signed in', {
      hint: 'sign in, or send a token: Authorization: Bearer lb_...',
    });
  }
  request.person = person;
  if (!isAtHome(person, request)) throw nothingHere();
  if (request.place?.system === undefined) throw nothingHere();
  if (isChange(request) && csrf !== 'field') requireOwnPage(person, request.headers['x-lifeboat-csrf']);
  if (role !== undefined && mayAs(person.role, role)) return;
  throw new LifeboatError(
    'not-allowed',
    `this needs the role ${role ?? 'of nobody'}; yours is ${person.role}`,
  );
}

function recognise(request: FastifyRequest, access: SignInParts): Person | undefined {
  return whoAsks(access, {
    cookie: request.cookies[SESSION_COOKIE],
    authorization: request.headers.authorization,
  });
}

/** Whoever is bound to a tenant has no business anywhere but at its address. */
function isAtHome(person: Person | undefined, { place }: FastifyRequest): boolean {
  return person !== undefined && (person.tenant === null || person.tenant === place?.tenant);
}

function mayAs(own: Role, needed: Role): boolean {
  return ROLES.indexOf(own) >= ROLES.indexOf(needed);
}
