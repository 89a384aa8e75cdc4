/** The frame of every page. Scripts and styles are files of ours: the content security policy allows nothing else. */

import { html, type Markup } from './html.ts';

export function page(title: string, content: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Mergeway</title>
<link rel="stylesheet" href="/assets/uplot.css">
<link rel="stylesheet" href="/assets/style.css">
<script src="/assets/uplot.js" defer></script>
<script type="module" src="/assets/live.js"></script>
<script type="module" src="/assets/monitor.js"></script>
</head>
<body>
<header><a href="/"><b>Mergeway</b></a><span>Merge a pull request, ship a model.</span></header>
<main>${content}</main>
</body>
</html>
`.text;
}
