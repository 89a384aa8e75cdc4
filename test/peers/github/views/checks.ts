// Check runs and suites as GitHub's API shows them.
import type { Hub } from '../hub.ts';
import type { Annotation, CheckRun, Repository } from '../model.ts';
import { apiUrl, htmlUrl, viewMinimalRepository } from './repositories.ts';
import { nodeId, viewApp } from './users.ts';

export function viewCheckRun(hub: Hub, repository: Repository, check: CheckRun) {
  const api = `${apiUrl(hub, repository)}/check-runs/${check.id}`;
  const html = `${htmlUrl(hub, repository)}/runs/${check.id}`;
  return {
    id: check.id,
    node_id: nodeId('CheckRun', check.id),
    external_id: check.externalId,
    url: api,
    html_url: html,
    details_url: check.detailsUrl ?? html,
    head_sha: check.headSha,
    name: check.name,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${api}/annotations`,
    },
    check_suite: { id: check.suite },
    app: viewApp(hub, check.app),
    pull_requests: pullsOf(hub, repository, check.headSha),
  };
}

/** The short form of the open pull requests whose head is this commit. */
export function pullsOf(hub: Hub, repository: Repository, sha: string) {
  const api = apiUrl(hub, repository);
  const repo = { id: repository.id, url: api, name: repository.name };
  return [...repository.issues.values()].flatMap(({ number, state, pull }) =>
    pull?.headSha === sha && state === 'open'
      ? [
          {
            id: pull.id,
            number,
            url: `${api}/pulls/${number}`,
            head: { ref: pull.headRef, sha: pull.headSha, repo },
            base: { ref: pull.baseRef, sha: pull.baseSha, repo },
          },
        ]
      : [],
  );
}

export function viewAnnotation(hub: Hub, repository: Repository, check: CheckRun, annotation: Annotation) {
  return {
    path: annotation.path,
    start_line: annotation.start_line,
    end_line: annotation.end_line,
    start_column: annotation.start_column ?? null,
    end_column: annotation.end_column ?? null,
    annotation_level: annotation.annotation_level,
    title: annotation.title ?? null,
    message: annotation.message,
    raw_details: annotation.raw_details ?? null,
    blob_href: `${htmlUrl(hub, repository)}/blob/${check.headSha}/${annotation.path}`,
  };
}

/** The short form in which a check run's webhook carries its suite. */
export function viewSuite(hub: Hub, repository: Repository, check: CheckRun) {
  return {
    id: check.suite,
    node_id: nodeId('CheckSuite', check.suite),
    head_branch: null,
    head_sha: check.headSha,
    status: check.status,
    conclusion: check.conclusion,
    app: viewApp(hub, check.app),
    repository: viewMinimalRepository(hub, repository),
    pull_requests: pullsOf(hub, repository, check.headSha),
  };
}
