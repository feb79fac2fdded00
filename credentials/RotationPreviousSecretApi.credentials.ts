import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

import { storedSecretProperties } from '../nodes/kit';

/** The secrets from before, which “Restore” puts back when a change does not verify. */
export class RotationPreviousSecretApi implements ICredentialType {
	name = 'rotationPreviousSecretApi';

	displayName = 'Rotation Previous Secret API';

	icon: Icon = { light: 'file:secret.svg', dark: 'file:secret.dark.svg' };

	documentationUrl = 'https://credential-rotation.example.com/docs/security.md';

	properties: INodeProperties[] = storedSecretProperties('the secret from before');
}
