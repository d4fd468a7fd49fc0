import { afterEach, beforeEach, describe } from "node:test";
import { ContractDatabase, type StoreUnderTest } from "./contract-database.ts";
import { changeContract } from "./contract-changes.ts";
import { doneContract } from "./contract-done.ts";
import { eventContract } from "./contract-events.ts";
import { fileContract } from "./contract-files.ts";
import { accessContract } from "./contract-access.ts";
import { notesContract } from "./contract-notes.ts";
import { retentionContract } from "./contract-retention.ts";
import { taskContract } from "./contract-tasks.ts";

/** The contract of every adapter of the store port. */
export function storeContract(name: string, prepare: () => StoreUnderTest): void {
  describe(`${name}: the port to the database`, () => {
    const use = new ContractDatabase(prepare);
    beforeEach(() => use.open());
    afterEach(() => use.remove());
    taskContract(use);
    doneContract(use);
    eventContract(use);
    fileContract(use);
    retentionContract(use);
    notesContract(use);
    changeContract(use);
    accessContract(use);
  });
}
