/** The OpenAPI document as a page without scripts: what it refers to comes from this server alone. */
import { escaped } from "./html.ts";

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly summary?: string;
  readonly "x-role"?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: { readonly description?: string };
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
}

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; padding: .25rem 0; }
code, pre { font: .875rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
`;

export function docsPage(document: Json): string {
  const { title, version } = document["info"] as { readonly title: string; readonly version: string };
  const paths = document["paths"] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => section(`${method.toUpperCase()} ${path}`, operation)),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} API</title>
<link rel="stylesheet" href="docs.css">
</head>
<body>
<main>
<h1>${escaped(title)} API ${escaped(version)}</h1>
<p>The same for programs: <a href="openapi.json">openapi.json</a>.</p>
${operations.join("\n")}
</main>
</body>
</html>
`;
}

function section(name: string, operation: Operation): string {
  const { summary = "", "x-role": role = "", parameters = [], requestBody, responses = {} } = operation;
  const rows = parameters.map(
    ({ name: parameter, in: where, required, schema }) =>
      `<tr><td><code>${escaped(parameter)}</code></td><td>${escaped(where)}${required ? ", required" : ""}</td><td>${escaped(schema.description ?? "")}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ""
      : `<table><thead><tr><th>parameter</th><th>in</th><th>meaning</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  const answers = Object.entries(responses)
    .filter(([status]) => status !== "default")
    .map(([status, { content }]) => schemas(`Answer ${status}`, content));
  return `<details><summary><code>${escaped(name)}</code> ${escaped(summary)}</summary>
<p>Role: ${escaped(role)}.</p>
${table}${schemas("Body", requestBody?.content)}${answers.join("")}</details>`;
}

function schemas(heading: string, content: Readonly<Record<string, { readonly schema: Json }>> | undefined): string {
  return Object.entries(content ?? {})
    .map(
      ([type, { schema }]) =>
        `<h2>${escaped(heading)}, ${escaped(type)}</h2><pre>${escaped(JSON.stringify(schema, null, 2))}</pre>`,
    )
    .join("");
}
