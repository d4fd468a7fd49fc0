/** A request with the name of whoever sends it: it comes from a login or token, and is no part of the body. */
export type FromPerson<T> = T & { readonly by: string };

/** Who does something, and why; the reason may be empty. */
export interface ByHand {
  readonly by: string;
  readonly reason: string;
}

/** The header with the user of a command line that has the token of the instance, percent-encoded. */
export const USER_HEADER = "flowlord-user";

/** Longest name of a person. */
export const LONGEST_PERSON = 200;
