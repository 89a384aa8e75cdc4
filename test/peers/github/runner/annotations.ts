// Annotations of a job's check run: from `::error::` and its kin, and from the runner itself.
import type { Job } from '../model.ts';
import type { Command, Masks } from './log.ts';

export function annotateFrom(job: Job, { name, properties, text }: Command, masks: Masks): void {
  const level = { error: 'failure', warning: 'warning', notice: 'notice' }[name];
  if (level) annotate(job, level, masks.hide(text), properties);
}

export function annotate(
  job: Job,
  annotation_level: string,
  message: string,
  at: Readonly<Record<string, string>> = {},
): void {
  const start_line = Number(at.line) || 1;
  const end_line = Number(at.endLine) || start_line;
  const title = at.title && { title: at.title };
  job.check.annotations.push({
    path: at.file ?? '.github',
    start_line,
    end_line,
    annotation_level,
    message,
    ...title,
  });
}
