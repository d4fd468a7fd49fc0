/** Logins at a provider of OpenID Connect. */
import { z } from "zod";

/** `GET /api/login/oidc` */
export const oidcLoginQuery = z.strictObject({
  next: z
    .string()
    .max(1000)
    .default("/api/docs")
    .describe("Where the browser goes when it is logged in: a path of this server."),
});

/** `GET /api/login/oidc/callback`: the rest of what a provider may send is ignored. */
export const oidcAnswerQuery = z.looseObject({
  state: z.string().max(200).optional().describe("What the login began with."),
  code: z.string().max(4000).optional().describe("What the provider gives for a token, once."),
  error: z.string().max(200).optional().describe("Why the provider logs nobody in."),
});
