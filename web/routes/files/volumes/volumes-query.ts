import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { fileAnalyticsAnswer } from "../../../../src/contract/api/files/file-list-api.ts";
import { get } from "../../../services/api.ts";

type Analytics = z.output<typeof fileAnalyticsAnswer>;
export type HourOfFiles = NonNullable<Analytics["all"]>["hours"][number];

/** Hours (UTC) with files since then; the figures of phases are not asked for. */
export function volumesQuery(since: number) {
  return queryOptions({
    queryKey: ["files", "volumes", since],
    queryFn: async ({ signal }) => {
      const asked = { since: new Date(since).toISOString(), limit: 1 };
      const { all } = await get<Analytics>("/api/files/analytics", asked, signal);
      return all?.hours ?? [];
    },
    staleTime: 60_000,
  });
}
