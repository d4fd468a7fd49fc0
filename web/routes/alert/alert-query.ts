import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { alertAnswer } from "../../../src/contract/api/alerts/alert-api.ts";
import { get } from "../../services/api.ts";

export type AlertHistory = z.output<typeof alertAnswer>;

export function alertQuery(id: string) {
  return queryOptions({
    queryKey: ["alert", id],
    queryFn: ({ signal }) => get<AlertHistory>(`/api/alerts/${encodeURIComponent(id)}`, {}, signal),
  });
}
