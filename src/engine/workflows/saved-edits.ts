import type { ByHand } from "../../contract/api/from-person.ts";
import type { FoundFile } from "./workflow-files.ts";

/** Who saved which text of a file here, until the version with that text is stored. */
export class SavedEdits {
  readonly #last = new Map<string, ByHand & { readonly checksum: string }>();

  add(name: string, checksum: string, { by, reason }: ByHand): void {
    this.#last.set(name, { by, reason, checksum });
  }

  of({ name, checksum }: Pick<FoundFile, "name" | "checksum">): ByHand | null {
    const edit = this.#last.get(name);
    return edit?.checksum === checksum ? edit : null;
  }

  /** They are stored. */
  forget(files: readonly Pick<FoundFile, "name" | "checksum">[]): void {
    for (const file of files) if (this.of(file) !== null) this.#last.delete(file.name);
  }
}
