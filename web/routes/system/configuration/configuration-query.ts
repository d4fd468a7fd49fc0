import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { configurationAnswer } from "../../../../src/contract/api/instance/configuration-api.ts";
import { get } from "../../../services/api.ts";

type ConfigurationAnswer = z.output<typeof configurationAnswer>;
export type Setting = ConfigurationAnswer["settings"][number];

export const configurationQuery = queryOptions({
  queryKey: ["health", "configuration"],
  queryFn: ({ signal }) => get<ConfigurationAnswer>("/api/configuration", {}, signal),
  staleTime: 30_000,
});

/** As written in a file, without its quotes; empty: it is not set. */
export function settingOf(answer: ConfigurationAnswer | undefined, key: string): string {
  return answer?.settings.find((setting) => setting.key === key)?.value.replaceAll(/^"|"$/g, "") ?? "";
}
