/** As the server holds it; it refuses the same, with the same words. */
const [SHORTEST, LONGEST] = [12, 200];

export const PASSWORD_HINT = "12 characters or more, and not the name.";

/** Why a new password would be refused; null: it would not. */
export function weakness(name: string, password: string): string | null {
  if (password.length < SHORTEST)
    return `${SHORTEST - password.length} more: a password needs ${SHORTEST} to ${LONGEST} characters.`;
  if (password.length > LONGEST) return `A password has at most ${LONGEST} characters.`;
  return password.toLowerCase() === name.toLowerCase()
    ? "The password is the name: anybody would try that first."
    : null;
}
