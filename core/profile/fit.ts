/** A profile that fits into evidence: with hundreds of columns of long texts its bins and lists become coarser, all alike, until it does. */

import type { CategoryProfile, NumberProfile, Profile, ProfilePredicate } from '../evidence/profile.ts';
import { coarser, FINE_BINS } from './bins.ts';

/** What a statement around the predicate takes, in bytes, and room for how its subject is named. */
const ENVELOPE_BYTES = 2048;

const DETAILS = [
  { bins: FINE_BINS, values: 200 },
  { bins: 100, values: 100 },
  { bins: 50, values: 40 },
  { bins: 20, values: 15 },
  { bins: 10, values: 5 },
] as const;

type Detail = (typeof DETAILS)[number];

/** The finest form of at most `most` bytes as JSON; the coarsest where none fits. */
export function fitted(profile: ProfilePredicate, most: number): ProfilePredicate {
  let form = profile;
  for (const detail of DETAILS) {
    form = {
      ...profile,
      columns: profile.columns.map((one) => ({ ...one, profile: coarsened(one.profile, detail) })),
    };
    if (new TextEncoder().encode(JSON.stringify(form)).length + ENVELOPE_BYTES <= most) return form;
  }
  return form;
}

function coarsened(profile: Profile, detail: Detail): Profile {
  switch (profile.kind) {
    case 'number':
      return withFewerBins(profile, detail.bins);
    case 'category':
      return withFewerValues(profile, detail.values);
    case 'skipped':
      return profile;
  }
}

function withFewerBins(profile: NumberProfile, bins: number): NumberProfile {
  if (bins >= FINE_BINS) return profile;
  const { edges, counts } = coarser(profile, bins);
  return { ...profile, edges: [...edges], counts: [...counts] };
}

function withFewerValues(profile: CategoryProfile, most: number): CategoryProfile {
  const dropped = profile.values.slice(most).reduce((sum, { rows }) => sum + rows, 0);
  return { ...profile, values: profile.values.slice(0, most), others: profile.others + dropped };
}
