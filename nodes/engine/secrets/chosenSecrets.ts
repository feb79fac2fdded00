import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';

import { invalidInput } from '../../kit/failure';
import { asText } from '../../kit/json';
import { MESSAGES } from '../../kit/messages';
import { readMark } from '../../kit/rotation';
import type { RotationSeen } from '../../kit/rotationSteps';
import { probeField, rotationMarkField } from '../../kit/secretFields';
import { say } from '../../kit/sentences';
import { heldIn } from '../../kit/storedValues';
import { PREVIOUS_SECRET, type SecretStore, STORED_SECRET } from './storedSecret';

/** What stands in the two stored secrets now: other runs, and this one from outside, change them while it is under way. */
export async function lookIntoSecrets(context: IExecuteFunctions, { usesPrevious }: { usesPrevious: boolean }): Promise<RotationSeen> {
	const stored = await dataIn(context, STORED_SECRET);
	const previous = usesPrevious ? await dataIn(context, PREVIOUS_SECRET) : {};
	return {
		new: { name: nameOf(context, STORED_SECRET), values: heldIn(stored), mark: readMark(stored[rotationMarkField.name]) },
		previous: { name: nameOf(context, PREVIOUS_SECRET), values: heldIn(previous), probe: asText(previous[probeField.name]) ?? '' },
	};
}

/** What n8n calls the one that is chosen, as the workflow has it. */
function nameOf(context: IExecuteFunctions, { type, selector }: SecretStore): string {
	return context.getNode().credentials?.[type]?.name ?? selector;
}

async function dataIn(context: IExecuteFunctions, { type, selector }: SecretStore): Promise<ICredentialDataDecryptedObject> {
	try {
		return await context.getCredentials(type, 0);
	} catch {
		// Whatever n8n says of it: its words differ by version and may quote the data.
		throw invalidInput(say(MESSAGES.stored.chosenUnusable, { selector }));
	}
}
