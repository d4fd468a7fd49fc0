/** An answer in the form of the older program. */
export interface LegacyAnswer {
  readonly status: number;
  /** Null: without one. */
  readonly contentType: string | null;
  readonly body: string | Uint8Array;
}

/** What its `http.Error` sends. */
export function plainError(status: number, message: string): LegacyAnswer {
  return { status, contentType: "text/plain; charset=utf-8", body: `${message}\n` };
}

/** Indented, as it wrote what people read. */
export function indentedJson(value: object): LegacyAnswer {
  return { status: 200, contentType: "application/json", body: JSON.stringify(value, null, 2) };
}
