import { Option } from "commander";
import { LOG_LEVELS } from "../../config/options.ts";

/** The flag of `serve` and `worker`, for `log.level`. */
export function logLevel(): Option {
  return new Option("--log-level <level>", "the least level that is logged").choices(LOG_LEVELS);
}
