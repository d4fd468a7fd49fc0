/** Limits of texts: requests refuse longer ones, and `check` warns of them in workflow files. In characters. */

/** A type, job or topic. */
export const LONGEST_NAME = 200;

/** The name of a workflow: its path below the workflow folder. */
export const LONGEST_WORKFLOW = 1000;

/** The text of a workflow file that is sent to be looked at, or to be saved. */
export const MAX_WORKFLOW_TEXT = 1024 * 1024;

/**
 * A larger message of `done` is not read. A broker's own limit is mostly smaller, and refuses the message when it is
 * published.
 */
export const MAX_MESSAGE_LENGTH = 4 * 1024 * 1024;

/**
 * Info and meta of a task that is made. Its result comes back with both, each quote and backslash escaped, and with what
 * its worker adds: it must stay below the limit above.
 */
export const MAX_TASK_LENGTH = MAX_MESSAGE_LENGTH / 4;

/** Bytes of a meta that names its gathered files itself; a longer one names a file that lists them. Every bus takes it. */
export const MAX_INLINE_META = 64 * 1024;

/** How many tasks of a backfill may be unfinished at a time. */
export const MAX_BACKFILL_ACTIVE = 10_000;
