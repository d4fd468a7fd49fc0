import { createHash } from "node:crypto";
import { nkeys } from "@nats-io/transport-node";

type KeyPair = ReturnType<typeof nkeys.createOperator>;

/** A JSON web token as NATS expects it: signed with an nkey, identified by the hash of its claims. */
function token(signer: KeyPair, subject: string, name: string, nats: Readonly<Record<string, unknown>>): string {
  const claims = { iat: 1_700_000_000, iss: signer.getPublicKey(), name, sub: subject, nats: { ...nats, version: 2 } };
  const jti = createHash("sha256").update(JSON.stringify(claims)).digest("hex");
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ typ: "JWT", alg: "ed25519-nkey" })}.${part({ ...claims, jti })}`;
  return `${text}.${Buffer.from(signer.sign(new TextEncoder().encode(text))).toString("base64url")}`;
}

/** A server's config with one account that may use JetStream, and the `.creds` file of a user in it. */
export function makeAccount(): { readonly config: string; readonly creds: string } {
  const [operator, user] = [nkeys.createOperator(), nkeys.createUser()];
  const [account, system] = [nkeys.createAccount(), nkeys.createAccount()];
  const operatorToken = token(operator, operator.getPublicKey(), "operator", { type: "operator" });
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const accountToken = token(operator, account.getPublicKey(), "account", {
    type: "account",
    limits: { ...limits, ...storage },
  });
  const systemToken = token(operator, system.getPublicKey(), "system", { type: "account", limits });
  const userToken = token(account, user.getPublicKey(), "user", { type: "user", subs: -1, data: -1, payload: -1 });
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    config: [
      `operator: ${operatorToken}`,
      "resolver: MEMORY",
      `system_account: ${system.getPublicKey()}`,
      `resolver_preload: { ${account.getPublicKey()}: ${accountToken}, ${system.getPublicKey()}: ${systemToken} }`,
      "",
    ].join("\n"),
    creds: [
      "-----BEGIN NATS USER JWT-----",
      userToken,
      "------END NATS USER JWT------",
      "",
      "-----BEGIN USER NKEY SEED-----",
      seed,
      "------END USER NKEY SEED------",
      "",
    ].join("\n"),
  };
}
