import type { Log } from "./log.ts";
import { ErrorReport } from "../../services/error-report.ts";

/** Logs problems of services and workers; the same one at most once a minute. */
export function errorReport(log: Log, now: () => number): ErrorReport {
  return new ErrorReport((where, sentence, repeated) => {
    log.error(where, sentence, repeated === 0 ? {} : { repeated });
  }, now);
}
