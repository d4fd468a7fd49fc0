/** What is shown instead of a secret. */
export const MASK = "********";
