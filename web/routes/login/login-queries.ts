import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { loginWaysAnswer } from "../../../src/contract/api/access/access-api.ts";
import { get } from "../../services/api.ts";

/** How one logs in here. */
export const waysQuery = queryOptions({
  queryKey: ["login", "ways"],
  queryFn: ({ signal }) => get<z.output<typeof loginWaysAnswer>>("/api/login/ways", {}, signal),
  staleTime: 0,
});
