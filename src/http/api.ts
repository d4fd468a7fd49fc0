import Fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { leaveRefusedBodies } from "./connection-limits.ts";
import { handleErrors } from "./errors.ts";
import type { ErrorLog } from "./errors.ts";
import { NO_COMPILERS } from "./no-compilers.ts";
import { instanceRoutes } from "./routes/instance.ts";
import type { InstanceControl } from "./routes/instance.ts";

export interface ApiDeps {
  readonly instance: InstanceControl;
  /** Host names that the API accepts besides those of loopback, in lower case and without port. */
  readonly allowedHosts: readonly string[];
  readonly log: ErrorLog;
}

/** Everything below `/api/`, each body and answer checked by its schema. */
export function buildApi(deps: ApiDeps): FastifyInstance {
  const api = Fastify({ logger: false, bodyLimit: 1024 * 1024, schemaController: NO_COMPILERS });
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  leaveRefusedBodies(api);
  handleErrors(api, deps.log);
  instanceRoutes(api, deps.instance, deps.allowedHosts);
  return api;
}
