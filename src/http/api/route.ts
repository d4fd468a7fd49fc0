import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { RequestError } from "../errors.ts";
import { refuseExtremes } from "./body-shape.ts";
import type { Scope } from "../../contract/api/access/scope.ts";
import type { Caller, Guarded } from "../auth/caller.ts";
import type { ApiDeps } from "./deps.ts";
import { schemaRefusal } from "./schema-refusal.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** One zod schema of each part of a request gives its check, its type and its place in the OpenAPI document. */
export interface RouteSpec<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
> extends Guarded {
  readonly method: Method;
  /** `/api/tasks/{id}` */
  readonly path: string;
  /** One sentence for the document and the docs. */
  readonly summary: string;
  /** It changes nothing: said by a POST that only reads. */
  readonly reads?: true;
  /** It changes something: said by the one GET that does, because a provider can send a browser to no other. */
  readonly effect?: true;
  /** Pages of other sites may lead a browser to it. */
  readonly linked?: true;
  /** It makes something: a client may send it again with the same `Idempotency-Key`. Not where the answer has a secret: it is kept. */
  readonly creates?: true;
  /** Its answer is the same most of the time: it gets an `ETag`. */
  readonly rarelyChanges?: true;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Null: the handler writes the answer itself (a stream, a file). */
  readonly answer: A | null;
  /** The media type of such an answer. */
  readonly produces?: string;
  /** Its answer is a secret that is shown once, or has none of users: it is not searched for secrets. */
  readonly unredacted?: true;
  /** 200 unless it says another. */
  readonly status?: number;
  /** Does no domain logic: reads, or calls a use case. */
  handle(call: Call<z.output<P>, z.output<Q>, z.output<B>>, deps: ApiDeps): Promise<z.input<A>> | z.input<A>;
}

export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Of a route for anyone, `NOBODY`. */
  readonly caller: Caller;
  /** To what the caller may do this; null: everything. */
  readonly scope: Scope | null;
  /** Whether the caller still is who it was, and may do the same: of an answer that goes on for long. */
  readonly isStill: () => Promise<boolean>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** What the audit log says about this request besides what it asked for; a handler fills it in where it knows more. */
  readonly trail: Trail;
}

export interface Trail {
  /** Of a route for anyone: who it turned out to be. */
  who?: string;
  /** Instead of the address, where that has a secret. */
  target?: string;
  before?: unknown;
  after?: unknown;
}

/** A route whose types are known to its handler alone. */
export interface Route extends Omit<RouteSpec<z.ZodType, z.ZodType, z.ZodType, z.ZodType>, "handle"> {
  handle(call: Call<unknown, unknown, unknown>, deps: ApiDeps): unknown;
}

/** Gives the handler the types of the schemas. */
export function route<
  A extends z.ZodType,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(spec: RouteSpec<P, Q, B, A>): Route {
  return spec;
}

/** `GET /api/tasks/{id}` */
export function routeName({ method, path }: Pick<Route, "method" | "path">): string {
  return `${method} ${path}`;
}

/** Whether it changes nothing. */
export function isRead({ method, reads, effect }: Pick<Route, "method" | "reads" | "effect">): boolean {
  return (method === "GET" && effect !== true) || reads === true;
}

/** The parts of a request, checked. Throws RequestError. */
export function readCall(
  { params, query, body }: Route,
  request: FastifyRequest,
): Pick<Call<unknown, unknown, unknown>, "params" | "query" | "body"> {
  refuseExtremes(request.body);
  return {
    params: check("/path", params, request.params),
    query: check("/query", query, request.query),
    body: check("/body", body, request.body),
  };
}

function check(part: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(value, { error: schemaRefusal });
  if (result.success) return result.data;
  throw new RequestError(result.error.issues.flatMap((issue) => refusalsOf(part, issue)));
}

/** One of each key that does not exist. */
function refusalsOf(part: string, issue: z.core.$ZodIssue): { pointer: string; message: string }[] {
  const { path, message } = issue;
  const paths = issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
  return paths.map((each) => ({ pointer: pointerOf(part, each), message }));
}

/** RFC 6901. */
function pointerOf(part: string, path: readonly PropertyKey[]): string {
  return [part, ...path.map((key) => String(key).replaceAll("~", "~0").replaceAll("/", "~1"))].join("/");
}
