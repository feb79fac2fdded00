/**
 * What to do when ThousandEyes does not allow a request. Reading, creating and changing take a permission each, called
 * here as the API description calls it.
 */
export const PERMISSION_HINTS = {
	read: needs('Settings Tests Read'),
	create: `${needs('Settings Tests Create Transaction Tests')} The sandbox account cannot create credentials.`,
	change: `${needs('Settings Tests Update')} The sandbox account cannot change credentials.`,
};

function needs(permission: string): string {
	return `The account needs the permission “${permission}”, and must belong to the account group.`;
}
