import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { storedSecretProperties } from '../nodes/kit';

/** New secrets, encrypted at rest by n8n: they reach the vendor nodes without passing through an item. */
export class RotationSecretApi implements ICredentialType {
	name = 'rotationSecretApi';

	displayName = 'Rotation Secret API';

	icon: Icon = { light: 'file:secret.svg', dark: 'file:secret.dark.svg' };

	documentationUrl = 'https://credential-rotation.example.com/docs/security.md';

	properties: INodeProperties[] = storedSecretProperties('the new secret');
}
