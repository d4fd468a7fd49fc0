import { configurationAnswer } from "../../contract/api/instance/configuration-api.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/configuration",
    summary: "The configuration in force, and where each value is from; secrets are hidden.",
    role: "viewer",
    answer: configurationAnswer,
    handle(_call, { configuration }) {
      const { settings = [], file = null, refused = null } = configuration() ?? {};
      return { file, refused, settings: settings.map((setting) => ({ ...setting })) };
    },
  }),
];
