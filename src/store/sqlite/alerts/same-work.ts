import type { WallMs } from "../../../contract/time/wall-ms.ts";
/** Attempt 0 of a task, with what tells it from the others of its phase. */
export interface WorkItem {
  readonly id: number;
  readonly phaseId: number;
  readonly type: string;
  readonly job: string;
  readonly taskTime: WallMs | null;
  readonly info: string;
  readonly position: number;
  readonly origin: string;
  /** The tick that made it. */
  readonly scheduledAt: number | null;
  readonly decidedAt: number;
  /** A record of the parent: any of its attempts. */
  readonly parentId: number | null;
  /** 1: several parents started it together. */
  readonly isJoined: number;
  /** The file that it was made for. */
  readonly path: string | null;
}

/** Deeper than any chain of phases. */
const MAX_DEPTH = 1000;
/** Made by a person or a program outside, or on request: it may stand for a task of any other origin. */
const ON_REQUEST: ReadonlySet<string> = new Set(["manual", "backfill", "external"]);

/**
 * Whether `other` is the same work as `task`, made once more: the same phase, task time, info and row, of parents of which
 * the same is true. Two ticks, two files or two parents that ask for the same are two tasks; a task made on request is
 * any of them again. `itemOf` gives attempt 0 of a record.
 */
export function isSameWork(task: WorkItem, other: WorkItem, itemOf: (recordId: number) => WorkItem | null): boolean {
  let [one, two] = [task, other];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (one.id === two.id) return true;
    if (!isAlike(one, two)) return false;
    // A phase makes the child of a join once for a task time: which parent came last says nothing.
    if (one.isJoined === 1 && two.isJoined === 1) return true;
    if (one.parentId === null || two.parentId === null) return isSameRoot(one, two);
    const [parent, otherParent] = [itemOf(one.parentId), itemOf(two.parentId)];
    if (parent === null || otherParent === null) return false;
    [one, two] = [parent, otherParent];
  }
  return false;
}

function isAlike(one: WorkItem, two: WorkItem): boolean {
  const hasNoRow = one.origin === "external" || two.origin === "external";
  return (
    one.phaseId === two.phaseId &&
    one.type === two.type &&
    one.job === two.job &&
    one.taskTime === two.taskTime &&
    one.info === two.info &&
    (hasNoRow || one.position === two.position)
  );
}

function isSameRoot(one: WorkItem, two: WorkItem): boolean {
  if (ON_REQUEST.has(one.origin) || ON_REQUEST.has(two.origin)) return true;
  if (one.origin !== two.origin) return false;
  if (one.origin === "file") return one.path === two.path;
  return one.scheduledAt === two.scheduledAt;
}
