/** Instants and intervals as people read them: UTC, days where they begin and end at midnight. */

const DAY_MS = 86_400_000;

/** `2026-06-01`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** `2026-06-01 – 2026-06-15` with both days in it, `2026-06-01`, or `2026-06-01 10:00 – 11:00`; `to` is left out. */
export function spanOf({ from, to }: { readonly from: number; readonly to: number }): string {
  if (from % DAY_MS === 0 && to % DAY_MS === 0) {
    const last = dayOf(to - DAY_MS);
    return last === dayOf(from) ? last : `${dayOf(from)} – ${last}`;
  }
  const end = dayOf(to) === dayOf(from) ? timeOf(to) : `${dayOf(to)} ${timeOf(to)}`;
  return `${dayOf(from)} ${timeOf(from)} – ${end}`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
