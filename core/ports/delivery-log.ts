/** What the forge remembers of the webhooks that it sent us: those that we missed can be asked for again. */

export interface FailedDelivery {
  /** Of the attempt; another attempt is asked for by it. */
  readonly id: number;
  /** Of what happened; every attempt has the same. */
  readonly guid: string;
  readonly event: string;
  /** '' for events that have none. */
  readonly action: string;
}

export interface DeliveryLog {
  /** Attempts that failed since then (ms since 1970), newest first. */
  failedSince(since: number): Promise<readonly FailedDelivery[]>;
  /** Has the delivery of this id sent again; it arrives some time after this. */
  askAgain(id: number): Promise<void>;
}
