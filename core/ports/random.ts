/** Chance, as an argument: system randomness in doors, seeded in rules and tests. */
export interface Random {
  /** A uniform number in [0, 1). */
  next(): number;
}
