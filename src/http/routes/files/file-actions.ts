import {
  finishFilesAnswer,
  finishFilesRequest,
  redriveFilesAnswer,
  redriveFilesRequest,
} from "../../../contract/api/file-api.ts";
import { route } from "../../api/route.ts";
import { requestTime } from "../../request-time.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/files/redrive",
    summary: "Decide stored file events once more, by the workflows in force; one turn a request.",
    role: "operator",
    creates: true,
    body: redriveFilesRequest,
    answer: redriveFilesAnswer,
    async handle({ body, caller }, { acts }) {
      requestTime("since", body.since);
      requestTime("until", body.until);
      const { results, next, up_to } = await acts.redriveFiles({ ...body, by: caller.name });
      return { results: results.map((one) => ({ ...one, tasks: [...one.tasks] })), next, up_to };
    },
  }),
  route({
    method: "POST",
    path: "/api/files/finish",
    summary: "Make the task of gathered files of those that have come.",
    role: "operator",
    body: finishFilesRequest,
    answer: finishFilesAnswer,
    async handle({ body, caller }, { acts }) {
      const { finished, waiting } = await acts.finishFiles({ ...body, by: caller.name });
      return { finished: [...finished], waiting: [...waiting] };
    },
  }),
];
