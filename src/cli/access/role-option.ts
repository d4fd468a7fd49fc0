import { Option } from "commander";
import { ROLES } from "../../contract/api/access/role.ts";

export function roleOption(about: string): Option {
  return new Option("--role <role>", about).choices([...ROLES]);
}
