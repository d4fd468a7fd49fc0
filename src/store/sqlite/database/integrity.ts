import { performance } from "node:perf_hooks";
import { DAY } from "../../../contract/time/time-units.ts";
import { WAYS_OUT } from "../../damage.ts";
import { toError } from "../../../contract/to-error.ts";
import { StoreError, type StoreHealth } from "../../store.ts";
import { runAtLowPriority } from "./low-priority-process.ts";
import { CHECKER, type IntegrityAnswer } from "./quick-check.ts";

export interface IntegrityCheck {
  readonly state: StoreHealth["integrity"];
  /** One sentence when the file is damaged, or could not be checked. */
  readonly reason: string | null;
  /** Abort a check that is still running. */
  stop(): void;
}

/** How a check ended. */
export interface CheckEnd {
  readonly state: StoreHealth["integrity"];
  /** The damage, or why the file could not be checked. */
  readonly error: StoreError | null;
  readonly ms: number;
}

export type OnEnd = (end: CheckEnd) => void;
/** Begins the check. */
export type StartCheck = (onEnd: OnEnd) => IntegrityCheck;

/** Reading a larger file takes a while: after a clean stop it is checked once a day. */
const LARGE_BYTES = 1024 ** 3;

/** Whether this start checks the file. `checkedAt`: when a check last ended well, null when none did. */
export function isCheckDue(
  { wasClean, bytes, checkedAt }: { wasClean: boolean; bytes: number; checkedAt: number | null },
  now: number,
): boolean {
  if (!wasClean || bytes < LARGE_BYTES || checkedAt === null) return true;
  return now - checkedAt >= DAY || checkedAt > now;
}

/** How `quick_check` names a page that could not be read; the low byte 10 is SQLITE_IOERR. */
const UNREAD = /error code=(\d+)/i;

/**
 * Check the file in the background; the start does not wait. After a crash the WAL has already repaired the file, so this
 * looks for damage that SQLite cannot repair, like that of a failing disk.
 */
export function checkIntegrity(path: string, onEnd: OnEnd): IntegrityCheck {
  let state: StoreHealth["integrity"] = "checking";
  let reason: string | null = null;
  const began = performance.now();
  const child = runAtLowPriority<IntegrityAnswer>(CHECKER, [path]);
  const end = (error: StoreError | null): void => {
    state = error === null ? "checked" : error.code === "corrupt" ? "broken" : "failed";
    reason = error?.message ?? null;
    onEnd({ state, error, ms: Math.round(performance.now() - began) });
  };
  child.answer.then(
    (answer) => end(errorOf(answer, path)),
    (error: unknown) =>
      end(
        new StoreError(
          "io",
          `Database ${path}: its check for damage ended without a result (${toError(error).message}); the next start repeats it.`,
        ),
      ),
  );
  return {
    get state() {
      return state;
    },
    get reason() {
      return reason;
    },
    stop: () => child.stop(),
  };
}

/** A page that the disk does not deliver is no damage of the file: another cable, or another try, may read it. */
export function errorOf({ problems, error }: IntegrityAnswer, path: string): StoreError | null {
  const damage = problems.filter((problem) => (Number(UNREAD.exec(problem)?.[1] ?? 0) & 0xff) !== 10);
  const isDamaged = error !== null && (error.code === "corrupt" || error.code === "not_a_database");
  if (damage.length > 0 || isDamaged) {
    const found = damage.length > 0 ? damage.join("; ") : error?.message;
    return new StoreError(
      "corrupt",
      `Database ${path} is damaged (${found}), so nothing is written any more: ${WAYS_OUT}.`,
    );
  }
  if (problems.length > 0)
    return new StoreError(
      "io",
      `Database ${path}: reading the disk failed while the file was checked (${problems.join("; ")}): check the disk, its cable or its network, and the system's log; the next start repeats the check.`,
    );
  return error === null ? null : new StoreError(error.code ?? "io", error.message);
}

/** Whether this start checks the file; `existing`: null for one that is new, or was just imported and checked with that. */
export function isDueAtStart(
  { existing, isInstance }: { readonly existing: { readonly bytes: number } | null; readonly isInstance: boolean },
  last: { readonly wasClean: boolean; readonly checkedAt: number | null },
  now: number,
): boolean {
  if (existing === null || (!isInstance && last.wasClean)) return false;
  return isCheckDue({ ...last, bytes: existing.bytes }, now);
}
