// Makes `openapi.json` from GitHub's own description: only the operations that the stand-in serves, and no prose.
//
//     npm install --prefix /tmp/openapi --ignore-scripts @octokit/openapi@23.0.2
//     node test/peers/github/trim-openapi.ts /tmp/openapi/node_modules/@octokit/openapi/generated/api.github.com.json
import { readFileSync, writeFileSync } from 'node:fs';
import { routes } from './routes/index.ts';
import type { Description } from './schema.ts';

type Json = Record<string, unknown>;

/** Keys that say nothing about shape. */
const PROSE = new Set([
  'description',
  'summary',
  'example',
  'examples',
  'externalDocs',
  'tags',
  'title',
  'discriminator',
]);

/** The served part of a description, with every component that it refers to and nothing else. */
export function trim(full: Description): Description {
  const paths: Description['paths'] = {};
  correct(full);
  for (const { method, path } of routes) {
    const operation = full.paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`GitHub has no operation ${method} ${path}`);
    paths[path] = { ...paths[path], [method.toLowerCase()]: bare(operation) as never };
  }
  return { paths, components: componentsOf(paths, full.components) };
}

/** GitHub says that a listed installation's account is a user *and* an enterprise; the single one is described rightly. */
function correct({ paths }: Description): void {
  const list = paths['/app/installations']?.get?.responses['200']?.content?.['application/json'];
  if (list) list.schema.items = { $ref: '#/components/schemas/installation' };
}

function componentsOf(paths: unknown, all: Description['components']): Description['components'] {
  const kept: Record<string, Record<string, unknown>> = {};
  const open = [...refsIn(paths)];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const [, , group = '', name = ''] = ref.split('/');
    if (kept[group]?.[name] !== undefined) continue;
    const component = bare(all[group]?.[name]);
    kept[group] = { ...kept[group], [name]: component };
    open.push(...refsIn(component));
  }
  return kept;
}

/** A copy without prose; a property that happens to be called `title` stays. */
function bare(node: unknown, isMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => bare(item));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => isMap || !(PROSE.has(key) || key.startsWith('x-')));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, bare(value, !isMap && key === 'properties')]),
  );
}

function refsIn(node: unknown): Set<string> {
  const refs = new Set<string>();
  JSON.stringify(node, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') refs.add(value);
    return value;
  });
  return refs;
}

if (import.meta.main) {
  const full = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Description & { info: Json };
  const text = JSON.stringify({
    openapi: '3.0.3',
    info: { title: 'GitHub REST, trimmed', version: full.info.version },
    ...trim(full),
  });
  writeFileSync(new URL('./openapi.json', import.meta.url), `${text}\n`);
  process.stdout.write(`openapi.json: ${text.length} bytes\n`);
}
