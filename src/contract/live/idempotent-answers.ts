/** A request that a client may send again without doing it twice. */
export interface KeyedRequest {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
  /** Of its body, in hex. */
  readonly bodySha256: string;
}

export interface KnownRequest {
  readonly bodySha256: string;
  /** JSON; null: it was begun, and nobody knows what became of it. */
  readonly answer: string | null;
}

/** Answers that are kept for a day, by caller, route and key. */
export interface IdempotentAnswers {
  /** Null: nobody has sent it before, and now it has begun. */
  begin(request: KeyedRequest, now: number): Promise<KnownRequest | null>;
  keep(request: KeyedRequest, answer: string): Promise<void>;
  /** It was refused, so it may be sent again. */
  forget(request: KeyedRequest): Promise<void>;
}
