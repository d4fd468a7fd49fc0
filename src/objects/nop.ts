import { ObjectError, type ObjectInfo, type Objects } from "./objects.ts";

/** The test double behind `nop://`: every path is an empty file, and one with `err` in it fails. */
export class NopObjects implements Objects {
  async kindOf(path: string): Promise<"file"> {
    failOnUse(path);
    return "file";
  }

  async list(folder: string): Promise<readonly ObjectInfo[]> {
    failOnUse(folder);
    return [];
  }

  async names(folder: string): Promise<readonly string[]> {
    failOnUse(folder);
    return [];
  }

  async readBytes(path: string): Promise<Uint8Array> {
    failOnUse(path);
    return new Uint8Array();
  }

  async read(path: string): Promise<string> {
    failOnUse(path);
    return "";
  }
}

function failOnUse(path: string): void {
  if (path.includes("err")) throw new ObjectError("unreadable", `${path} fails, as nop:// paths with err in them do.`);
}
