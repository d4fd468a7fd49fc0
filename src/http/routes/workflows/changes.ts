import { acceptWorkflowsAnswer, acceptWorkflowsRequest } from "../../../contract/api/instance-api.ts";
import { refreshAnswer, refreshRequest } from "../../../contract/api/workflows/workflow-api.ts";
import { timeText } from "../../request-time.ts";
import { route } from "../../api/route.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/workflows/refresh",
    summary: "Read the workflow files now.",
    role: "operator",
    body: refreshRequest,
    answer: refreshAnswer,
    async handle(_call, { acts }) {
      const { changed, removed, rejected, vanished, at } = await acts.reloadWorkflows();
      const missing = [...(vanished?.files ?? [])];
      return { changed: [...changed], removed: [...removed], rejected: [...rejected], missing, at: timeText(at) };
    },
  }),
  route({
    method: "POST",
    path: "/api/workflows/accept",
    summary: "Reload the workflows, and take for removed what is missing.",
    role: "operator",
    body: acceptWorkflowsRequest,
    answer: acceptWorkflowsAnswer,
    async handle({ body: { reason }, caller }, { acts }) {
      return { removed: [...(await acts.acceptRemoval({ by: caller.name, reason }))] };
    },
  }),
];
