/** Spans of time, in milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A phase or schedule that returns unchanged this soon was never gone: somebody swapped its file. */
export const SWAP_MS = 60 * SECOND;
