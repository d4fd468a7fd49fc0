import { z } from "zod";
import { allRoutes } from "../src/http/api/openapi.ts";
import { ROUTE_GROUPS } from "../src/http/api/groups.ts";
import { type Route, routeName } from "../src/http/api/route.ts";

interface Field {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Field[];
  readonly items?: Field;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

const MIB = 1024 * 1024;

/** docs/api.md: every route of the API, from the code that checks its requests. */
export async function apiDocs(): Promise<string> {
  const limits = new Map(ROUTE_GROUPS.flatMap((group) => group.routes.map((name) => [name, group.bodyLimit ?? MIB])));
  const routes = await allRoutes();
  const lines = [
    "# API",
    "",
    "Made from the code by `npm run schemas`. How to call it, who may, and what a refusal looks like: [HTTP](http.md#api).",
    "The same as an OpenAPI 3.1 document, with the schemas of the answers: `GET /api/openapi.json`.",
    "",
    "| route | role | |",
    "| --- | --- | --- |",
    ...routes.map((route) => `| \`${routeName(route)}\` | ${route.role} | ${route.summary} |`),
    "",
    ...routes.flatMap((route) => section(route, limits.get(routeName(route)) ?? MIB)),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function section(route: Route, limit: number): readonly string[] {
  const tables = [
    ...table("path", route.params),
    ...table("query", route.query),
    ...table("field", route.body),
    ...answerTable(route.answer),
  ];
  const note = limit === MIB ? [] : [`The body may have up to ${limit / MIB} MiB.`, ""];
  return [`## \`${routeName(route)}\``, "", route.summary, "", ...note, ...tables];
}

interface Shape {
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

function table(heading: string, schema: z.ZodType | undefined): readonly string[] {
  if (schema === undefined) return [];
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape & {
    readonly oneOf?: readonly Shape[];
  };
  const rows = shape.oneOf === undefined ? fieldRows(shape) : variantRows(shape.oneOf);
  return rows.length === 0
    ? []
    : [`| ${heading} | takes | default | meaning |`, "| --- | --- | --- | --- |", ...rows.map(rowText), ""];
}

interface FieldRow {
  readonly name: string;
  readonly takes: string;
  readonly standard: string;
  readonly meaning: string;
}

function fieldRows({ properties = {}, required = [] }: Shape): readonly FieldRow[] {
  return Object.entries(properties).map(([name, field]) => {
    const standard = field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``;
    const takes = required.includes(name) || standard !== "" ? takesText(field) : `${takesText(field)}, or nothing`;
    return { name, takes, standard, meaning: field.description ?? "" };
  });
}

/** Variants that one field with a fixed value tells apart: a row says of which it is, if not of all. */
function variantRows(variants: readonly Shape[]): readonly FieldRow[] {
  const [key = ""] = Object.entries(variants[0]?.properties ?? {}).find(([, field]) => field.const !== undefined) ?? [];
  const rows = new Map<string, { readonly row: FieldRow; readonly of: string[] }>();
  for (const variant of variants) {
    const value = `\`${String(variant.properties?.[key]?.const)}\``;
    for (const row of fieldRows(variant).filter(({ name }) => name !== key)) {
      const known = rows.get(rowText(row));
      if (known === undefined) rows.set(rowText(row), { row, of: [value] });
      else known.of.push(value);
    }
  }
  const values = variants.map(({ properties = {} }) => `\`${String(properties[key]?.const)}\``);
  const first: FieldRow = { name: key, takes: list(values), standard: "", meaning: "What is done." };
  return [
    first,
    ...[...rows.values()].map(({ row, of }) =>
      of.length === variants.length ? row : { ...row, meaning: `With ${list(of)}: ${row.meaning}` },
    ),
  ];
}

function rowText({ name, takes, standard, meaning }: FieldRow): string {
  return `| \`${name}\` | ${takes} | ${standard} | ${meaning} |`;
}

/** The first level of the answer; the OpenAPI document has the rest. */
function answerTable(schema: z.ZodType | null): readonly string[] {
  if (schema === null) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }) as {
    readonly properties?: Readonly<Record<string, Field>>;
  };
  const rows = Object.entries(properties).map(
    ([name, field]) => `| \`${name}\` | ${takesText(field)} | ${field.description ?? ""} |`,
  );
  return rows.length === 0 ? [] : ["| answer | is | meaning |", "| --- | --- | --- |", ...rows, ""];
}

function takesText(field: Field): string {
  if (field.anyOf !== undefined) return list(field.anyOf.map(takesText));
  if (field.enum !== undefined) return list(field.enum.map((value) => `\`${String(value)}\``));
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  const types = [field.type ?? "anything"].flat();
  return list(types.map((type) => typeText(type, field)));
}

function typeText(type: string, field: Field): string {
  switch (type) {
    case "string":
      if (field.format === "date-time") return "RFC 3339 time";
      return `string${bounds(field.minLength, field.maxLength, "characters")}`;
    case "array": {
      const items = field.items === undefined ? "" : ` of ${takesText(field.items)}`;
      return `list${items}${bounds(field.minItems, field.maxItems, "entries")}`;
    }
    case "integer":
    case "number":
      return `${type}${bounds(lowest(field), highest(field), "")}`;
    default:
      return type;
  }
}

function lowest({ minimum, exclusiveMinimum }: Field): number | undefined {
  return exclusiveMinimum === undefined
    ? minimum === Number.MIN_SAFE_INTEGER
      ? undefined
      : minimum
    : exclusiveMinimum + 1;
}

function highest({ maximum }: Field): number | undefined {
  return maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
}

function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  const of = unit === "" ? "" : ` ${unit}`;
  if (most !== undefined && least !== undefined && least > 0) return `, ${number(least)} to ${number(most)}${of}`;
  if (most !== undefined) return `, up to ${number(most)}${of}`;
  return least !== undefined && least > 0 ? `, from ${number(least)}${of}` : "";
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function list(parts: readonly string[]): string {
  const unique = [...new Set(parts)];
  return unique.length < 2 ? unique.join("") : `${unique.slice(0, -1).join(", ")} or ${unique.at(-1) ?? ""}`;
}
