/** Annotated git tags: what the embedded model registry is made of. In a clone, or through GitHub's API. */

export interface AnnotatedTag {
  /** Tag name without `refs/tags/`. */
  readonly name: string;
  /** Commit the tag points at, 40 hex digits. */
  readonly commit: string;
  /** Full message. */
  readonly message: string;
  /** Tagger time, ms since 1970; git keeps whole seconds. */
  readonly at: number;
  /** Tagger's name and e-mail. */
  readonly by: string;
}

export interface NewTag {
  readonly name: string;
  readonly commit: string;
  readonly message: string;
  readonly at: number;
}

export interface AnnotatedTags {
  /** All annotated tags; lightweight tags are left out. Order is not promised. */
  list(): Promise<readonly AnnotatedTag[]>;
  /** Creates a tag; never moves one. MW_TAG_EXISTS when the name is taken. */
  create(tag: NewTag): Promise<void>;
}
