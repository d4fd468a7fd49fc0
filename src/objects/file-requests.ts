import type { ObjectErrorCode } from "./objects.ts";

/** What a process that reads files is asked, and answers. */
export interface FileRequest {
  readonly id: number;
  readonly method: "kindOf" | "list" | "names" | "readBytes";
  readonly path: string;
}

export interface FileAnswer {
  readonly id: number;
  /** As the method of `Objects` returns it. */
  readonly value?: unknown;
  readonly error?: { readonly code: ObjectErrorCode; readonly message: string };
}
