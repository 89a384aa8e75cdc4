// Who is asking: an App by its RS256 JWT, an installation, a job or a person by a token. Unknown credentials are 401.
import { verify } from 'node:crypto';
import { ApiError } from './http.ts';
import type { Hub } from './hub.ts';
import type { Actor, App, User } from './model.ts';

/** GitHub refuses JWTs that live longer than ten minutes. */
const MAX_JWT_SECONDS = 600;
/** Seconds that a clock may be ahead. */
const CLOCK_LEEWAY = 60;

/** The actor behind an Authorization header; Basic (git's way) carries the token as the password. */
export function authenticate(hub: Hub, header: string | undefined): Actor {
  if (!header) return { kind: 'anonymous' };

  const token = tokenOf(header);
  if (token.split('.').length === 3 && token.startsWith('ey'))
    return { kind: 'app', app: verifyJwt(hub, token) };

  const actor = hub.tokens.get(token);
  if (!actor) throw new ApiError(401, 'Bad credentials');
  if (actor.kind === 'installation' && actor.expiresAt < Date.now())
    throw new ApiError(401, 'Bad credentials');
  return actor;
}

function tokenOf(header: string): string {
  const [scheme = '', credentials = ''] = header.split(' ');
  if (scheme.toLowerCase() !== 'basic') return credentials;
  return Buffer.from(credentials, 'base64').toString().split(':').slice(1).join(':');
}

function verifyJwt(hub: Hub, jwt: string): App {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const app = hub.app;
  const key = app?.publicKey;
  if (!app || !key || read(head).alg !== 'RS256') throw jwtRefused();
  if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url')))
    throw jwtRefused();

  checkClaims(read(body), app.id);
  return app;
}

function checkClaims(claims: Record<string, unknown>, appId: number): void {
  const now = Date.now() / 1000;
  const iat = Number(claims.iat);
  const exp = Number(claims.exp);
  if (String(claims.iss) !== String(appId)) throw new ApiError(404, 'Integration not found');
  if (!(exp > now))
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (!(iat <= now + CLOCK_LEEWAY))
    throw new ApiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  if (exp - now > MAX_JWT_SECONDS + CLOCK_LEEWAY)
    throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
}

function jwtRefused(): ApiError {
  return new ApiError(401, 'A JSON web token could not be decoded');
}

function read(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    throw jwtRefused();
  }
}

/** The user that an actor's comments and merges are signed with. */
export function userOf(hub: Hub, actor: Actor): User {
  switch (actor.kind) {
    case 'user':
      return actor.user;
    case 'installation':
    case 'app':
      return actor.app.bot;
    case 'anonymous':
      return hub.userCalled('ghost');
  }
}

/** The App that acts, or null for people. */
export function appOf(actor: Actor): App | null {
  return actor.kind === 'installation' || actor.kind === 'app' ? actor.app : null;
}

/** Whether what this actor does starts no workflows: the `GITHUB_TOKEN` rule. */
export function isQuiet(actor: Actor): boolean {
  return actor.kind === 'installation' && actor.job !== undefined;
}
