import { fork, type ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { DAY } from "../../../contract/time/time-units.ts";
import { WAYS_OUT } from "../../damage.ts";
import { StoreError, type StoreErrorCode, type StoreHealth } from "../../store.ts";

/** The damage found; `problems` is empty when the file is sound, as far as it could be read. */
export interface IntegrityAnswer {
  readonly problems: readonly string[];
  /** Why the file could not be read to its end. */
  readonly error: { readonly code: StoreErrorCode | null; readonly message: string } | null;
}

export interface IntegrityCheck {
  readonly state: StoreHealth["integrity"];
  /** One sentence when the file is damaged, or could not be checked. */
  readonly reason: string | null;
  /** Abort a check that is still running. */
  stop(): void;
}

/** Gets the damage that the check found. */
export type OnDamage = (error: StoreError) => void;
/** Begins the check. */
export type StartCheck = (onDamage: OnDamage) => IntegrityCheck;

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

/** Same extension as this file: `.ts` in a clone, `.js` when built. */
const CHECKER = new URL(`./integrity-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
/** How `quick_check` names a page that could not be read; the low byte 10 is SQLITE_IOERR. */
const UNREAD = /error code=(\d+)/i;

/**
 * Check the file in the background; the start does not wait. After a crash the WAL has already repaired the file, so this
 * looks for damage that SQLite cannot repair, like that of a failing disk. It runs in its own process, not a thread, so that
 * a stop can kill it: SQLite cannot be interrupted from Node, and a busy thread would delay the exit. Everything else on
 * the machine goes first.
 */
export function checkIntegrity(path: string, onDamage: OnDamage): IntegrityCheck {
  let state: StoreHealth["integrity"] = "checking";
  let reason: string | null = null;
  const child = fork(fileURLToPath(CHECKER), [path], {
    execArgv: ["--disable-sigusr1"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  yieldToOthers(child);
  child.unref();
  child.channel?.unref();
  child.once("message", (answer: IntegrityAnswer) => {
    const error = errorOf(answer, path);
    state = error === null ? "checked" : error.code === "corrupt" ? "broken" : "failed";
    reason = error?.message ?? null;
    if (error?.code === "corrupt") onDamage(error);
  });
  const fail = (why: string): void => {
    if (state !== "checking") return;
    state = "failed";
    reason = `Database ${path}: its check for damage ended without a result (${why}); the next start repeats it.`;
  };
  child.once("error", (error) => fail(error.message));
  child.once("exit", (code, signal) => fail(signal ?? `exit code ${code}`));
  return {
    get state() {
      return state;
    },
    get reason() {
      return reason;
    },
    stop() {
      child.removeAllListeners("exit");
      child.kill("SIGKILL");
    },
  };
}

function yieldToOthers({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // The check then runs at the priority of this process.
  }
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

/** How to check the file, when this start does. */
export function checkDue(
  {
    integrity,
    isInstance,
  }: {
    readonly integrity: { readonly start: StartCheck; readonly bytes: number } | null;
    readonly isInstance: boolean;
  },
  last: { readonly wasClean: boolean; readonly checkedAt: number | null },
  now: number,
): StartCheck | null {
  if (integrity === null || (!isInstance && last.wasClean)) return null;
  return isCheckDue({ ...last, bytes: integrity.bytes }, now) ? integrity.start : null;
}
