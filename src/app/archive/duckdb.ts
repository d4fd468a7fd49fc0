import { codeOf } from "../../contract/to-error.ts";
import { ArchiveError } from "./archive-error.ts";

/** Optional, with the supported range of versions as in package.json: it has 70 MB. */
export const DUCKDB_PACKAGES = ["@duckdb/node-api@^1.5.6-r.1"];

export type DuckDb = typeof import("@duckdb/node-api");

/** Throws ArchiveError `no_client` with the command that installs it. */
export async function loadDuckDb(load: () => Promise<DuckDb> = () => import("@duckdb/node-api")): Promise<DuckDb> {
  try {
    return await load();
  } catch (error) {
    if (codeOf(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    const command = `npm install ${DUCKDB_PACKAGES.map((name) => `"${name}"`).join(" ")}`;
    throw new ArchiveError("no_client", `archive query needs DuckDB, which is not installed. Run: ${command}`, {
      cause: error,
    });
  }
}
