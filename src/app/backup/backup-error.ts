/** Why a backup is not good, or cannot be restored. The message says what to do. */
export type BackupErrorCode =
  | "no_space"
  | "damaged"
  | "different"
  | "wrong_key"
  | "no_key"
  | "gap"
  | "newer_schema"
  | "unreadable_manifest"
  | "file_exists"
  | "other_instance"
  | "diverged"
  | "not_restored"
  | "unreachable"
  | "no_database"
  | "no_folder"
  | "none_configured";

export class BackupError extends Error {
  readonly code: BackupErrorCode;

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackupError";
    this.code = code;
  }
}
