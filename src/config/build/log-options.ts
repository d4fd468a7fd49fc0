import { LOG_FORMATS, LOG_LEVELS, type Options } from "../options.ts";
import type { Building } from "./building.ts";

export function buildLog(build: Building): Options["log"] {
  return {
    level: oneOf(build, "log.level", LOG_LEVELS, "info"),
    format: oneOf(build, "log.format", LOG_FORMATS, "auto"),
    file: build.path("log.file"),
  };
}

export function buildTaskLogs(build: Building, dir: string, workers: Options["workers"]): Options["logs"] {
  const own = workers.flatMap((worker) => (worker.kind === "exec" ? [worker.logDir] : []));
  return {
    dir,
    dirs: [...new Set([dir, ...own])],
    retention: build.millis("log_retention") > 0 ? build.millis("log_retention") : null,
    dirMaxBytes: Math.max(0, build.settings.integer("log_dir_max_bytes")),
    receivedMaxBytes: Math.max(0, build.settings.integer("log_received_max_bytes")),
  };
}

function oneOf<T extends string>(build: Building, key: string, values: readonly T[], otherwise: T): T {
  const text = build.settings.text(key);
  const value = values.find((known) => known === text);
  if (value !== undefined) return value;
  build.fail("bad_value", key, `\`${key}\` has no such value`, `write one of ${values.join(", ")}`);
  return otherwise;
}
