// What a job's `GITHUB_TOKEN` may do: the job's `permissions`, else the workflow's, else GitHub's restricted default.
import type { Grants } from '../model.ts';
import type { Permissions } from './workflow.ts';

const TOPICS = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'security-events',
  'statuses',
];

/** The API's names are spelled with underscores. Naming any permission takes away all that are not named. */
export function grantsOf(permissions: Permissions | undefined): Grants {
  if (permissions === undefined) return { metadata: 'read', contents: 'read', packages: 'read' };
  if (permissions === 'read-all' || permissions === 'write-all') {
    const level = permissions === 'read-all' ? 'read' : 'write';
    return Object.fromEntries([['metadata', 'read'], ...TOPICS.map((topic) => [apiName(topic), level])]);
  }
  const given = Object.entries(permissions).filter(([, level]) => level !== 'none');
  return Object.fromEntries([
    ['metadata', 'read'],
    ...given.map(([topic, level]) => [apiName(topic), level]),
  ]);
}

function apiName(topic: string): string {
  return topic.replaceAll('-', '_');
}
