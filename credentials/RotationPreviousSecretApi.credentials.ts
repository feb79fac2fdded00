import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { probeField, storedSecretProperties } from '../nodes/kit';
import { SECRET_EXAMPLES } from './secretExamples';

/** The secrets from before: sent to put them back, or put back by “Restore” when a change does not verify. */
export class RotationPreviousSecretApi implements ICredentialType {
	name = 'rotationPreviousSecretApi';

	displayName = 'Rotation Previous Secret API';

	icon: Icon = { light: 'file:secret.svg', dark: 'file:secret.dark.svg' };

	documentationUrl = 'https://docs.n8n.io/credentials/';

	properties: INodeProperties[] = [
		...storedSecretProperties({ what: 'The secret from before', value: 'Value Before', examples: SECRET_EXAMPLES }),
		probeField,
	];
}
