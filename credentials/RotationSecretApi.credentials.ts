import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { rotationMarkField, storedSecretProperties } from '../nodes/kit';
import { SECRET_EXAMPLES } from './secretExamples';

/** New secrets, encrypted at rest by n8n: they reach the vendor nodes without passing through an item. */
export class RotationSecretApi implements ICredentialType {
	name = 'rotationSecretApi';

	displayName = 'Rotation Secret API';

	icon: Icon = { light: 'file:secret.svg', dark: 'file:secret.dark.svg' };

	documentationUrl = 'https://docs.n8n.io/credentials/';

	properties: INodeProperties[] = [
		...storedSecretProperties({ what: 'The new secret', value: 'New Value', examples: SECRET_EXAMPLES }),
		rotationMarkField,
	];
}
