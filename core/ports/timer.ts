/** Waiting, as an argument: whoever sends requests at given times needs to be woken at them. */
export interface Timer {
  /** Ends at this time of the clock that goes with it, or at once when that is past; late by much less than a millisecond. */
  until(ms: number): Promise<void>;
}
