import { codeOf } from "../contract/to-error.ts";
import { BusError } from "./bus-error.ts";

/**
 * Load the client of a broker, an optional dependency. `packages` are names with the supported version range, as in
 * package.json. Throws BusError `unavailable` with the command that installs them.
 */
export async function loadClient<T>(bus: string, packages: readonly string[], load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error)) throw error;
    const command = `npm install ${packages.map((name) => `"${name}"`).join(" ")}`;
    throw new BusError("unavailable", `The bus "${bus}" needs a client that is not installed. Run: ${command}`, {
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ERR_MODULE_NOT_FOUND";
}
