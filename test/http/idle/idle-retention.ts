import type { UseCases } from "../../../src/http/api/deps.ts";
import { RetentionError } from "../../../src/engine/retention/retention-control.ts";

/** The retention of an instance that keeps everything. */
export function idleRetention(): UseCases["retention"] {
  const none = async (): Promise<never> => {
    throw new RetentionError("not_found", "unknown_cleanup", "There is no cleanup here.");
  };
  const refresh = async (): Promise<null> => null;
  return {
    policies: async () => [],
    setPolicy: none,
    start: none,
    refresh,
    one: none,
    stop: none,
    archiveFailure: () => null,
  };
}
