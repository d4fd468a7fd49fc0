import { userInfo } from "node:os";

/** The operating system's user, recorded as the author of changes. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a numeric user without a name.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
