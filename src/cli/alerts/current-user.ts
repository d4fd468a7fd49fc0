import { userInfo } from "node:os";

/** Who sits at the command line, for what is recorded: the user of the system. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers may run as a number that has no name.
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}
