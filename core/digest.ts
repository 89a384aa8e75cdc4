/** Content addresses: `sha256:` and 64 lower-case hex digits, as OCI and in-toto write them. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { canonicalJson, type Json } from './json.ts';

export const Digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hex digits')
  .meta({ description: 'Content address: sha256:<64 hex digits>' });

declare const brand: unique symbol;

/** `sha256:<hex>`. Build one with `digestOf` or `parseDigest`, never by hand. */
export type Digest = `sha256:${string}` & { readonly [brand]: 'Digest' };

/** The digest of bytes, or of a string's UTF-8 bytes. */
export function digestOf(content: Uint8Array | string): Digest {
  const bytes = typeof content === 'string' ? utf8ToBytes(content) : content;
  return `sha256:${bytesToHex(sha256(bytes))}` as Digest;
}

/** The digest of a value's canonical JSON. */
export function digestOfJson(value: Json): Digest {
  return digestOf(canonicalJson(value));
}

/** `text` as a digest, or undefined when it is none. */
export function parseDigest(text: string): Digest | undefined {
  return Digest.safeParse(text).success ? (text as Digest) : undefined;
}

/** The 64 hex digits alone. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}

/** Twelve digits, for people. */
export function shortDigest(digest: Digest | string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
