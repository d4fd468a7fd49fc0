import { queryOptions } from "@tanstack/react-query";
import { get } from "../../../services/api.ts";

/** As much of JSON Schema as the document uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface DocumentedOperation {
  readonly summary: string;
  readonly "x-role": string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "path" | "query";
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

interface OpenApi {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

export interface Operation {
  /** `GET /api/tasks/{id}` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** `tasks`: what it is about. */
  readonly group: string;
  readonly summary: string;
  readonly role: string;
  readonly parameters: DocumentedOperation["parameters"];
  readonly body: Schema | null;
  readonly status: string;
  readonly answer: Schema | null;
}

export const apiQuery = queryOptions({
  queryKey: ["api document"],
  queryFn: async ({ signal }) => operationsOf(await get<OpenApi>("/api/openapi.json", {}, signal)),
  staleTime: Infinity,
});

function operationsOf({ paths }: OpenApi): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]): Operation => {
      const [status = "200", answer] = Object.entries(documented.responses).find(([code]) => code !== "default") ?? [];
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        group: path.split("/")[2] ?? "",
        summary: documented.summary,
        role: documented["x-role"],
        parameters: documented.parameters,
        body: schemaOf(documented.requestBody),
        status,
        answer: schemaOf(answer),
      };
    }),
  );
}

function schemaOf(content: Content | undefined): Schema | null {
  return content?.content?.["application/json"]?.schema ?? null;
}

/** `string or null`, `one of a, b`, `list of integer`. */
export function typeText(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeText).join(" | ");
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}`;
  if (typeof schema.type === "object") return schema.type.join(" | ");
  if (schema.format === "date-time") return "time";
  return schema.type ?? "anything";
}

/** The fields of an object, or of the objects in a list or a choice. */
export function fieldsOf(schema: Schema): readonly (readonly [name: string, field: Schema, isRequired: boolean])[] {
  const { properties, required = [], items, additionalProperties, anyOf, oneOf } = schema;
  if (properties !== undefined)
    return Object.entries(properties).map(([name, field]) => [name, field, required.includes(name)] as const);
  if (items !== undefined) return fieldsOf(items);
  if (typeof additionalProperties === "object") return fieldsOf(additionalProperties);
  return (anyOf ?? oneOf ?? []).flatMap(fieldsOf);
}
