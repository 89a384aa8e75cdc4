/** One at a time for each key, in the order of arrival. One process is all there is: the App's database admits no second one. */

/** Does the work when its turn has come. Asking for a key's turn from within it would wait for ever. */
export type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function takingTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = mine
      .catch(() => undefined)
      .finally(() => {
        if (last.get(key) === settled) last.delete(key);
      });
    last.set(key, settled);
    return mine;
  };
}
