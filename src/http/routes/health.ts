import { healthAnswer } from "../../contract/api/instance/health-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { route } from "../api/route.ts";
import { reasons } from "../status-report.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/health/live",
    summary: "That the process answers.",
    role: "anyone",
    answer: healthAnswer,
    handle: () => ({ status: "ok" }) as const,
  }),
  route({
    method: "GET",
    path: "/api/health/ready",
    summary: "Whether the instance works: 503 where a part of it does not.",
    role: "anyone",
    answer: healthAnswer,
    handle(_call, { metrics }) {
      // Without a login nobody learns what does not work.
      if (reasons(metrics.sources.status()).length > 0)
        throw new DomainError("unavailable", "not_ready", "A part of the instance does not work: /status says which.");
      return { status: "ok" } as const;
    },
  }),
];
