import type { ICredentialDataDecryptedObject, ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';

import { asFailure } from '../asFailure';
import { readStoredSecret } from './storedSecret';

/** The test of such a credential in the editor: whether it can be used, told by names alone. Sends nothing. */
export async function testStoredSecret(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		const { values, byCredential } = readStoredSecret(credential.data ?? {}, credential.name);
		const empty = [...(values ?? [])].filter(([, value]) => value === '').map(([name]) => name);
		if (empty.length > 0) return { status: 'Error', message: `No value is stored under ${empty.join(', ')}. Fill it in, or remove the name.` };
		const holds = values === undefined ? (byCredential.size === 1 ? '1 entry' : `${byCredential.size} entries`) : [...values.keys()].join(', ');
		return { status: 'OK', message: `Holds ${holds}` };
	} catch (error) {
		return { status: 'Error', message: asFailure(error, 'no').message };
	}
}
