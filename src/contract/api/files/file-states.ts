/** What became of a file event, as lists choose by it. */
export const FILE_STATES = ["matched", "unmatched", "near_miss", "failed"] as const;
export type FileState = (typeof FILE_STATES)[number];
