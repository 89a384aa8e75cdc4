/** What is signed: the pre-authentication encoding of DSSE v1 over a statement. https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md */

export const STATEMENT_TYPE = 'application/vnd.in-toto+json';

/** `DSSEv1 SP length(type) SP type SP length(body) SP body`, lengths in bytes. */
export function preAuthEncoding(body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${STATEMENT_TYPE.length} ${STATEMENT_TYPE} ${body.length} `),
    body,
  ]);
}
