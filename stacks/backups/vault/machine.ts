/** The end of the name of the state machine that copies backups into the vault. */
export const vaultCopyMachine = "vault-copy";
