import type { INodeProperties } from 'n8n-workflow';

import { asObject, asText } from '../kit/json';
import { readSwitch } from '../engine/run/options';
import { collection, type Parameters } from '../kit/parameters';
import type { ReadBack } from '../kit/record';
import { unverifiable } from '../kit/verification';
import { credentialIn } from './answer';
import { v6CredentialPath, v7CredentialPath } from './paths';
import { scoped, type Scope } from './input';

export const readValueBackOption: INodeProperties = {
	displayName: 'Read Value Back',
	name: 'readValueBack',
	type: 'boolean',
	default: false,
	description:
		'Whether to read the value after the change and compare it, while “Verify” is on. The account needs the permission “View sensitive data in web transaction scripts”; the value does not leave the node.',
};

/** Whether the user has asked for it. */
export function readsValueBack(parameters: Parameters): boolean {
	return readSwitch(collection(parameters, 'options').readValueBack, 'Read Value Back');
}

/** Reads the credential to compare its value; `null` when no value was sent. */
export function readValueBack(scope: Scope, id: string | null, sent: string | undefined): ReadBack | null {
	if (sent === undefined || id === null) return null;
	return {
		request: {
			method: 'GET',
			path: scope.apiVersion === 'v6' ? v6CredentialPath(id) : v7CredentialPath(id),
			...scoped(scope),
			body: null,
		},
		verify: (answer) => {
			const shown = asObject(credentialIn(answer));
			const shownId = asText(shown.id) ?? asText(shown.credentialId);
			if (shownId !== null && shownId !== id) return unverifiable('What was read back is another credential.');
			const stored = asText(shown.value);
			if (stored === null) {
				return unverifiable(
					'ThousandEyes does not show the value to this account: it lacks the permission “View sensitive data in web transaction scripts”.',
				);
			}
			if (stored === sent) return { status: 'verified', method: 'readBack', detail: null };
			return { status: 'failed', method: 'readBack', detail: 'Other than sent: value.' };
		},
	};
}
