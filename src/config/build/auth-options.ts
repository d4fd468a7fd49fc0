import { MINUTE } from "../../contract/time/time-units.ts";
import type { Options } from "../options.ts";
import type { Building } from "./building.ts";

export function buildAuth(build: Building): Options["auth"] {
  return {
    required: build.settings.on("auth.required"),
    sessionIdle: spanOf(build, "auth.session_idle"),
    sessionLifetime: spanOf(build, "auth.session_lifetime"),
  };
}

function spanOf(build: Building, key: string): number {
  const span = build.millis(key);
  if (span < MINUTE) build.fail("bad_value", key, `\`${key}\` is below one minute`, 'write it as in "12h"');
  return span;
}
