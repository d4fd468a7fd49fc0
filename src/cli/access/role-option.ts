import { Option } from "commander";
import { ROLES } from "../../contract/api/role.ts";

export function roleOption(about: string): Option {
  return new Option("--role <role>", about).choices([...ROLES]);
}
