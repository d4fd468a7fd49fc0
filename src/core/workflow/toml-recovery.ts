import { parse, TomlError } from "smol-toml";
import type { Position } from "./issue.ts";

/** A place where a text is not valid TOML. */
export interface SyntaxFault extends Position {
  readonly reason: string;
}

export interface RecoveredToml {
  /** In the order of their lines, at least one. */
  readonly faults: readonly SyntaxFault[];
  /** The text with the faulty phases blanked, which is valid TOML of the same lines; null: nothing else can be read. */
  readonly rest: string | null;
}

const PHASE_HEADER = /^[ \t]*\[\[[ \t]*["']?phase["']?[ \t]*\]\]/gim;

/**
 * What can be read of a text that the parser refused, `first` being the fault at which it stopped: each `[[phase]]` is read
 * by itself. Where that finds another first fault, as in a text over several lines that shows such a header, only `first` counts.
 */
export function recoverToml(source: string, first: TomlError): RecoveredToml {
  const starts = [...source.matchAll(PHASE_HEADER)].map((match) => match.index);
  const bounds = [...new Set([0, ...starts, source.length])];
  const faults: SyntaxFault[] = [];
  let rest = "";
  let line = 0;
  for (const [index, start] of bounds.entries()) {
    const part = source.slice(start, bounds[index + 1]);
    if (index === bounds.length - 1) break;
    const fault = faultOf(part);
    if (fault === null) rest += part;
    else {
      faults.push({ ...fault, line: fault.line + line });
      rest += part.replaceAll(/[^\n]/g, "");
    }
    line += part.split("\n").length - 1;
  }
  const [found] = faults;
  const expected = syntaxFault(first);
  if (found?.line !== expected.line || found.column !== expected.column) return { faults: [expected], rest: null };
  return { faults, rest: faultOf(rest) === null ? rest : null };
}

function faultOf(text: string): SyntaxFault | null {
  try {
    parse(text, { integersAsBigInt: true });
    return null;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return syntaxFault(error);
  }
}

function syntaxFault({ line, column, message }: TomlError): SyntaxFault {
  return { line, column, reason: (message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "") };
}
