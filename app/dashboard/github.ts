/** Links to GitHub's pages from the address of its API: github.com, data residency (ghe.com), GitHub Enterprise Server. */

import { html, type Markup } from './html.ts';

/** Base of the pages, without a slash at the end. */
export function pagesOf(apiUrl: string): string {
  const { origin, protocol, hostname } = new URL(apiUrl);
  const isCloud = hostname === 'api.github.com' || hostname.endsWith('.ghe.com');
  return isCloud ? `${protocol}//${hostname.replace(/^api\./, '')}` : origin;
}

/** `#12`, as a link to the issue or pull request; nothing for 0. GitHub leads from issues to pull requests. */
export function numberLink(
  { pages, repository }: { readonly pages: string; readonly repository: string },
  number: number,
): Markup | string {
  if (number === 0) return '';
  const path = repository.split('/').map(encodeURIComponent).join('/');
  return html`<a href="${pages}/${path}/issues/${number}">#${number}</a>`;
}
