import { DomainError } from "../../../src/contract/domain-error.ts";
import type { UseCases } from "../../../src/http/api/deps.ts";

/** An instance whose database was never restored. */
export function idleRestore(): UseCases["restore"] {
  return {
    status: async () => ({
      restore: null,
      deciding: false,
      messages: 0,
      ticks: 0,
      waiting_tasks: 0,
      backfills: [],
      jobs: [],
      topics: [],
      more_topics: false,
      schedules: [],
    }),
    decide: async () => {
      throw new DomainError("conflict", "nothing_held", "Nothing is held by a restore.");
    },
  };
}
