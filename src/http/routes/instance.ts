import { instanceAnswer } from "../../contract/api/instance/instance-answer.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/instance",
    summary: "What a program has to know of this instance.",
    role: "known",
    scope: "free",
    answer: instanceAnswer,
    handle: (_call, { version, runtime }) => ({ version, time_zone: runtime.zone }),
  }),
];
