/** One or several values of each key, as a query string carries them. */
export type Values = ReadonlyMap<string, readonly string[]>;
