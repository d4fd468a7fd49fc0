import { z } from "zod";
import { problem } from "../../contract/api/problem.ts";
import { ROUTE_GROUPS } from "./groups.ts";
import { type Route, routeName } from "./route.ts";

type Json = Record<string, unknown>;

/** Every route with its schemas: loads all modules. */
export async function allRoutes(): Promise<readonly Route[]> {
  const modules = await Promise.all(ROUTE_GROUPS.map((group) => group.load()));
  return modules.flatMap(({ ROUTES }) => ROUTES);
}

/** The OpenAPI 3.1 document of all routes; its schemas are those that check the requests. */
export async function openApi(version: string): Promise<Json> {
  const paths: Record<string, Json> = {};
  for (const route of await allRoutes()) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Flowlord", version },
    paths,
    components: {
      schemas: { Problem: z.toJSONSchema(problem) },
      responses: {
        Problem: {
          description: "The request is refused: why, and what to do.",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
    },
    security: [{ bearer: [] }],
  };
}

function operation(route: Route): Json {
  const { summary, role, body, params, query, status = 200 } = route;
  return {
    operationId: routeName(route).replaceAll(/\W+/g, "_"),
    summary,
    "x-role": role,
    parameters: [...parameters("path", params), ...parameters("query", query)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: inputSchema(body) } } } }),
    responses: {
      [String(status)]: {
        description: summary,
        ...contentOf(route),
      },
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function contentOf({ answer, produces }: Route): Json {
  if (answer !== null && produces === undefined)
    return { content: { "application/json": { schema: z.toJSONSchema(answer, { io: "output" }) } } };
  return produces === undefined ? {} : { content: { [produces]: { schema: { type: "string" } } } };
}

function parameters(where: "path" | "query", schema: z.ZodType | undefined): readonly Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = inputSchema(schema) as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    schema: property,
  }));
}

function inputSchema(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}
