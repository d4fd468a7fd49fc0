import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { loginRequest, loginWaysAnswer, meAnswer, setupRequest } from "../../../contract/api/access/access-api.ts";
import { grantsText } from "../../../contract/api/access/grants.ts";
import type { LoggedIn, LoginFrom } from "../../../engine/access/logins.ts";
import { route } from "../../api/route.ts";
import { sessionToken, setSessionCookie } from "../../auth/cookie.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/login/ways",
    summary: "Whether a login is needed here, and how one logs in.",
    role: "anyone",
    answer: loginWaysAnswer,
    handle: async (_, { logins, oidc }) => ({ state: await logins.state(), provider: oidc !== null }),
  }),
  route({
    method: "POST",
    path: "/api/login",
    summary: "Log in: the answer sets the cookie of a new session.",
    role: "anyone",
    body: loginRequest,
    answer: meAnswer,
    async handle({ body, request, reply, trail }, { logins }) {
      trail.who = body.name;
      return begun(await logins.login(body, from(request)), request, reply);
    },
  }),
  route({
    method: "POST",
    path: "/api/setup",
    summary: "Make the first user, an admin, with the setup token that the start has printed, and log in.",
    role: "anyone",
    body: setupRequest,
    answer: meAnswer,
    async handle({ body, request, reply, trail }, { logins }) {
      trail.who = body.name;
      return begun(await logins.setup(body, from(request)), request, reply);
    },
  }),
  route({
    method: "POST",
    path: "/api/logout",
    summary: "End the session of the cookie.",
    role: "known",
    body: z.strictObject({}),
    answer: z.object({}),
    async handle({ request, reply }, { logins }) {
      const token = sessionToken(request);
      if (token !== null) await logins.logout(token);
      setSessionCookie(request, reply, null);
      return {};
    },
  }),
  route({
    method: "GET",
    path: "/api/me",
    summary: "Who calls, and what this caller may do.",
    role: "known",
    answer: meAnswer,
    handle: ({ caller: { name, grants, via } }) => ({ name, role: grantsText(grants), via }),
  }),
];

function from(request: FastifyRequest): LoginFrom {
  return {
    address: request.ip,
    agent: request.headers["user-agent"] ?? "",
    instead: sessionToken(request),
  };
}

function begun(
  { name, role, token }: LoggedIn,
  request: FastifyRequest,
  reply: FastifyReply,
): z.input<typeof meAnswer> {
  setSessionCookie(request, reply, token);
  return { name, role, via: "session" };
}
