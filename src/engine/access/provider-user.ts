import { ACCESS_NAME } from "../../contract/api/access/access-api.ts";
import { grantsText, GrantsError, parseGrants } from "../../contract/api/access/grants.ts";
import { printable } from "../../contract/printable.ts";
import type { AccessStore, UserRow } from "../../store/access-store.ts";
import { refuseOtherThanAdmin } from "./access-control.ts";
import { AccessError } from "./access-error.ts";

/** Somebody whom a provider has let in. */
export interface ProviderUser {
  /** The provider and the user there: names may change hands, this does not. */
  readonly subject: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/**
 * The user whom a provider has let in, with the role of the groups. Known by the subject alone: a name that is the same as that of
 * somebody here proves nothing. Throws AccessError.
 */
export async function providerUser(
  { subject, name, groups }: ProviderUser,
  roles: ReadonlyMap<string, string>,
  access: Pick<AccessStore, "userOfProvider">,
  now: number,
): Promise<UserRow> {
  const shown = printable(name).slice(0, 100);
  const role = roleOf(groups, roles, shown);
  const decide = (found: UserRow | null, hasUsers: boolean): void => {
    if (found !== null && found.disabled_at !== null)
      throw new AccessError("user_disabled", `The user ${found.name} is disabled here; an admin enables users.`);
    if (found !== null) return;
    if (!ACCESS_NAME.test(name))
      throw new AccessError(
        "bad_name",
        `The provider calls this user ${JSON.stringify(shown)}, and a name has letters, digits and . _ @ + -, at most 100: oidc.user_claim of the configuration names another claim.`,
      );
    refuseOtherThanAdmin({ name, role }, hasUsers);
  };
  const user = await access.userOfProvider({ subject, name, role }, decide, now);
  if (user === null)
    throw new AccessError(
      "name_of_other",
      `There is a user ${name} here who is not this one of the provider: oidc.user_claim of the configuration names another claim, as in email.`,
    );
  return user;
}

/** What all of the groups give together. */
function roleOf(groups: readonly string[], roles: ReadonlyMap<string, string>, name: string): string {
  const given = [...roles].filter(([group]) => groups.includes(group)).map(([, role]) => role);
  if (given.length === 0)
    throw new AccessError(
      "no_group",
      `The provider knows ${name}, who is in no group that may use Flowlord; an admin of the provider puts users into groups, and oidc.groups of the configuration names them.`,
    );
  try {
    return grantsText(parseGrants(given.join("; ")));
  } catch (error) {
    if (!(error instanceof GrantsError)) throw error;
    throw new AccessError("no_group", `The groups of ${name} give more roles than one user may have: ${error.message}`);
  }
}
