import { tokensOf } from "../task-values.ts";

/** A script with variables in place of tokens, and the token of each variable. */
export interface ShellScript {
  readonly script: string;
  readonly variables: readonly { readonly name: string; readonly token: string }[];
}

type Quoting = "plain" | "double" | "single" | "parenthesis" | "backtick";

/**
 * Makes a shell script with `{…}` tokens safe: each token becomes a variable in double quotes, whatever quotes surround
 * it, so a value is never read as code and stays one word. `${info}` (the shell's own) and `\{info}` stay. Here-documents
 * are not recognised: the quotes would become part of the text, so write `$FLOWLORD_…` there.
 */
export function shellScript(text: string): ShellScript {
  const variables: { name: string; token: string }[] = [];
  const starts = new Map(Array.from(tokensOf(text), (match) => [match.index, match[0]]));
  const quoting: Quoting[] = [];
  let script = "";
  for (let at = 0; at < text.length;) {
    const now = quoting.at(-1) ?? "plain";
    const token = text[at - 1] === "$" ? undefined : starts.get(at);
    if (token !== undefined) {
      const name = `FLOWLORD_ARG_${variables.length + 1}`;
      variables.push({ name, token });
      script += reference(name, now);
      at += token.length;
      continue;
    }
    const scanned = step(text, at, now, quoting);
    script += text.slice(at, at + scanned);
    at += scanned;
  }
  return { script, variables };
}

function reference(name: string, quoting: Quoting): string {
  if (quoting === "double") return `\${${name}}`;
  if (quoting === "single") return `'"\${${name}}"'`;
  return `"\${${name}}"`;
}

/** Follows the shell's quoting over the character at `at`; returns how many characters were read. */
function step(text: string, at: number, now: Quoting, quoting: Quoting[]): number {
  const char = text[at];
  if (now === "single") {
    if (char === "'") quoting.pop();
    return 1;
  }
  if (char === "\\") return 2;
  if (char === "`") {
    if (now === "backtick") quoting.pop();
    else quoting.push("backtick");
    return 1;
  }
  if (char === "$" && text[at + 1] === "(") {
    quoting.push("parenthesis");
    return 2;
  }
  if (char === '"') {
    if (now === "double") quoting.pop();
    else quoting.push("double");
    return 1;
  }
  if (now === "double") return 1;
  if (char === "'") quoting.push("single");
  else if (char === "(") quoting.push("parenthesis");
  else if (char === ")" && now === "parenthesis") quoting.pop();
  else if (char === "#" && /^\s?$/.test(text[at - 1] ?? "")) return lineLength(text, at);
  return 1;
}

function lineLength(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return (end < 0 ? text.length : end) - at;
}
