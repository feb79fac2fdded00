import type { ICredentialDataDecryptedObject, ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';

import { MESSAGES } from '../../kit/messages';
import { counted, quoted, say } from '../../kit/sentences';

import { asFailure } from '../asFailure';
import { readStoredSecret } from './storedSecret';

/** The test of such a credential in the editor: whether it can be used, told by names alone. Sends nothing. */
export async function testStoredSecret(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted<ICredentialDataDecryptedObject>,
): Promise<INodeCredentialTestResult> {
	try {
		const { values, byCredential } = readStoredSecret(credential.data ?? {}, { label: credential.name, selector: null });
		const empty = [...(values ?? [])].filter(([, value]) => value === '').map(([name]) => name);
		if (empty.length > 0) return { status: 'Error', message: say(MESSAGES.stored.emptyInTest, { names: quoted(empty) }) };
		const what = values === undefined ? counted(byCredential.size, 'entry', 'entries') : quoted([...values.keys()]);
		return { status: 'OK', message: say(MESSAGES.stored.holds, { what }) };
	} catch (error) {
		return { status: 'Error', message: asFailure(error, 'no').message };
	}
}
