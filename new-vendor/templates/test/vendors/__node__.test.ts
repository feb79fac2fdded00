import { savedFields, savedNames } from '../harness/subject';

// FILL IN: a test for each thing that __Label__ does in its own way, against the simulator: `useSubject` starts it.

test('saved workflows and credentials will know these names', () => {
	expect(savedNames('__node__')).toEqual([
		'credential __node__Api',
		'credential rotationSecretApi (operation create update) (secretSource storedSecret)',
		'credential rotationPreviousSecretApi (operation update) (sendsSecretBefore {"_cnd":{"not":"no"}}) (/options.onVerificationFailure restore) (not secretSource fields)',
		'resource credential',
		'operation update create delete get getAll',
		'secretSource storedSecret fields (operation create)',
		'secretSource storedSecret fields previousSecret (operation update)',
		'sendsSecretBefore no (operation update) (secretSource previousSecret)',
		'credentialId list id (operation delete get update)',
		'name (operation create)',
		'value (operation create) (secretSource fields)',
		'value (operation update) (secretSource fields)',
		'returnAll (operation getAll)',
		'limit (operation getAll) (returnAll false)',
		'updateFields (operation update)',
		'updateFields.name',
		'options (operation create)',
		'options.allowDuplicate',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.dryRun',
		'options.onVerificationFailure fail report',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
		'options (operation delete)',
		'options.allowDeleteFromAgent (@tool true)',
		'options.dryRun',
		'options.ignoreIfMissing',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation get)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation getAll)',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.timeout',
		'options (operation update)',
		'options.allowSecretsFromAgent (@tool true) (/secretSource fields)',
		'options.dryRun',
		'options.onVerificationFailure fail report restore',
		'options.maxConcurrency',
		'options.output simplified full raw',
		'options.sameSecretForAllItems (not /secretSource fields)',
		'options.timeout',
		'options.verify',
	]);
	expect(savedFields('__node__Api')).toEqual([
		// @if auth bearer
		'apiToken',
		// @end
		// @if auth basic
		'username',
		'apiToken',
		// @end
		// @if auth header
		'apiKey',
		// @end
		// @if auth oauth2
		'sessionToken',
		'clientId',
		'clientSecret',
		// @end
		'baseUrl https://api.__keyword__.example.com',
		// @if auth oauth2
		'authBaseUrl https://auth.__keyword__.example.com',
		// @end
	]);
});
