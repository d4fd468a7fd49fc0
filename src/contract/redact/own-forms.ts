import { RE2JS, RE2JSException } from "re2js";

/** The patterns of a configuration, as one expression that takes no longer than a text is long. */
export interface OwnForms {
  isIn(text: string): boolean;
  hide(text: string, mask: string): string;
}

/** Throws SyntaxError. */
export function ownForms(patterns: readonly string[]): OwnForms {
  for (const pattern of patterns) check(pattern);
  const any = compiled(patterns.map((pattern) => `(?:${pattern})`).join("|"));
  const isIn = (text: string): boolean => any.test(text);
  const hideLine = (line: string, mask: string): string => (isIn(line) ? any.matcher(line).replaceAll(mask) : line);
  return {
    isIn,
    // To find where is much slower than to find whether.
    hide: (text, mask) => {
      if (!isIn(text)) return text;
      const byLine = text
        .split("\n")
        .map((line) => hideLine(line, mask))
        .join("\n");
      return isIn(byLine) ? hideLine(byLine, mask) : byLine;
    },
  };
}

function check(pattern: string): void {
  if (compiled(pattern).test("")) throw new SyntaxError("it matches an empty text, which is everywhere");
}

function compiled(pattern: string): RE2JS {
  try {
    // A text of many lines has what each of its lines has.
    return RE2JS.compile(pattern, RE2JS.MULTILINE);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new SyntaxError(error.message, { cause: error });
  }
}
