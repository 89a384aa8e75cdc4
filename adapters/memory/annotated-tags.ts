/** Annotated tags in memory, for tests. Like git it keeps whole seconds and ends a message with a line break. */

import { MergewayError } from '#core/errors.ts';
import type { AnnotatedTag, AnnotatedTags } from '#core/ports/annotated-tags.ts';

export function memoryTags(by = 'Mergeway <mergeway@example.com>'): AnnotatedTags {
  const tags = new Map<string, AnnotatedTag>();

  return {
    async list() {
      return [...tags.values()];
    },
    async create({ name, commit, message, at }) {
      if (tags.has(name)) throw new MergewayError('MW_TAG_EXISTS', `the tag ${name} exists`);
      const seconds = Math.floor(at / 1000) * 1000;
      tags.set(name, { name, commit, message: `${message.trimEnd()}\n`, at: seconds, by });
    },
  };
}
