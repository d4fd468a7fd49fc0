import type { Config } from "../../config/load-config.ts";
import type { ConfigIssue } from "../../config/read/issue.ts";
import { toError } from "../../contract/to-error.ts";

/** The certificate of `[tls]`: an error when the start would refuse it, a warning when clients do, or soon will. */
export async function tlsIssues({ options, settings }: Config, now: number): Promise<readonly ConfigIssue[]> {
  const { tls } = options;
  if (tls === null) return [];
  const { readPair } = await import("../../app/offline.ts");
  const { outOfDate, expiresSoon } = await import("../../app/tls/key-pair.ts");
  try {
    const pair = await readPair(tls);
    const stale = outOfDate(pair, now);
    const found = stale ?? expiresSoon(pair, now);
    if (found === null) return [];
    const code = stale === null ? "expires_soon" : "out_of_date";
    return [settings.issue("warning", code, "tls.certificate", `\`tls\`: ${found}`, "renew it")];
  } catch (error) {
    return [settings.issue("error", "bad_certificate", "tls.certificate", `\`tls\`: ${toError(error).message}`, "")];
  }
}
