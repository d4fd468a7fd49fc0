import { InvalidArgumentError, Option } from "commander";
import { grantsText, GrantsError, parseGrants } from "../../contract/api/access/grants.ts";

/** Its value is the text of grants. */
export function roleOption(about: string): Option {
  return new Option("--role <role>", about).argParser(roleText);
}

function roleText(text: string): string {
  try {
    return grantsText(parseGrants(text));
  } catch (error) {
    if (error instanceof GrantsError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
