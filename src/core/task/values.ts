/** One or several values of each key, as in a query string. */
export type Values = ReadonlyMap<string, readonly string[]>;
