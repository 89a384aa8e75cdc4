/** The answer of ListObjectsV2 with `encoding-type=url`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */

export interface Listing {
  readonly objects: readonly { readonly key: string; readonly size: number }[];
  /** Token of the next page; absent: this was the last. */
  readonly next?: string;
}

export function readListing(xml: string): Listing {
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, inner = '']) => ({
    key: decoded(textOf(inner, 'Key')),
    size: Number(textOf(inner, 'Size')),
  }));
  const next = textOf(xml, 'NextContinuationToken');
  const isCut = textOf(xml, 'IsTruncated') === 'true';
  return { objects, ...(isCut && next !== '' && { next: unescaped(next) }) };
}

function textOf(xml: string, tag: string): string {
  return new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? '';
}

/** Encoded as in forms: a plus is a space. */
function decoded(text: string): string {
  return decodeURIComponent(unescaped(text).replaceAll('+', ' '));
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
