import { codeOf } from "../../contract/to-error.ts";
import { ObjectError } from "../objects.ts";

/**
 * Load the client of a service, an optional dependency. `packages` are names with the supported version range, as in
 * package.json. Throws ObjectError `unreadable` with the command that installs them.
 */
export async function loadClient<T>(scheme: string, packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (codeOf(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    const command = `npm install ${packages.map((name) => `"${name}"`).join(" ")}`;
    throw new ObjectError("unreadable", `${scheme}:// needs a client that is not installed. Run: ${command}`, {
      cause: error,
    });
  }
}
