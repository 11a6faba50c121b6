/**
 * Keys in the vault begin with `a<account>-`: the policy of the vault lets each account write only below its own number. The letter comes
 * first because ElastiCache names the files of an export after a snapshot, whose name begins with a letter and has no slash.
 */
export const accountPrefix = (account: string): string => `a${account}-`;
