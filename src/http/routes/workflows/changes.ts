import { acceptWorkflowsAnswer, acceptWorkflowsRequest } from "../../../contract/api/instance-api.ts";
import { route } from "../../api/route.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/workflows/accept",
    summary: "Reload the workflows, and take for removed what is missing.",
    role: "operator",
    body: acceptWorkflowsRequest,
    answer: acceptWorkflowsAnswer,
    async handle(_call, { acts }) {
      return { removed: [...(await acts.acceptRemoval())] };
    },
  }),
];
