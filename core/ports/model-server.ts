/** A model server to measure, on this machine and for nobody else. */

export interface ModelServer {
  /** Serves these models by name, ready when it returns. MW_MEASUREMENT_FAILED when it does not start. */
  start(models: Readonly<Record<string, Uint8Array>>): Promise<RunningModelServer>;
}

export interface RunningModelServer {
  /** One inference request over HTTP and its whole answer; `body` as in core/wire/oip.ts. MW_MEASUREMENT_FAILED. */
  infer(model: string, body: string): Promise<void>;
  /** Ends the server. */
  stop(): Promise<void>;
}
