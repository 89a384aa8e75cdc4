// `strategy.matrix`: the product of its lists, less `exclude`, more `include`.

export type Combination = Readonly<Record<string, unknown>>;

/** GitHub's limit of jobs for one matrix. */
const MAX_JOBS = 256;

/** One combination per job; a job without a matrix has one empty combination. */
export function combinations(matrix: unknown): Combination[] {
  if (typeof matrix !== 'object' || matrix === null) return [{}];
  const { include, exclude, ...axes } = matrix as Record<string, unknown>;
  const base = Object.entries(axes).reduce<Combination[]>(
    (made, [key, values]) => made.flatMap((one) => asList(values).map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
  const kept = base.filter((one) => !records(exclude).some((pattern) => agrees(one, pattern)));
  const all = extend(Object.keys(axes).length === 0 ? [] : kept, Object.keys(axes), records(include));
  if (all.length > MAX_JOBS)
    throw new Error(`a matrix may have ${MAX_JOBS} jobs, this one has ${all.length}`);
  return all;
}

/** An `include` adds to the combinations it doesn't contradict, else it stands by itself. */
function extend(
  base: readonly Combination[],
  axes: readonly string[],
  include: readonly Combination[],
): Combination[] {
  const extended = [...base];
  for (const extra of include) {
    const shared = Object.fromEntries(Object.entries(extra).filter(([key]) => axes.includes(key)));
    const hits = base.flatMap((one, at) => (agrees(one, shared) ? [at] : []));
    for (const at of hits) extended[at] = { ...extended[at], ...extra };
    if (hits.length === 0) extended.push(extra);
  }
  return extended;
}

function agrees(one: Combination, pattern: Combination): boolean {
  return Object.entries(pattern).every(([key, value]) => JSON.stringify(one[key]) === JSON.stringify(value));
}

function asList(values: unknown): unknown[] {
  return Array.isArray(values) ? values : [values];
}

function records(values: unknown): Combination[] {
  return Array.isArray(values) ? (values as Combination[]) : [];
}
