import type { SectionTable } from "./key-spec.ts";

/** Keys of `[log]`: what `serve` and `worker` report about themselves. */
export const LOG_KEYS: SectionTable = {
  level: {
    kind: "string",
    standard: '"info"',
    about: "The least level that is logged: `debug`, `info`, `warn` or `error`.",
    flag: "log-level",
  },
  format: {
    kind: "string",
    standard: '"auto"',
    about: "`text` for people, `json` for programs (one object a line), `auto` = text on a terminal, JSON elsewhere.",
  },
  file: {
    kind: "string",
    standard: '""',
    about: "The file to which the log is appended; empty = standard error.",
    path: true,
  },
};
