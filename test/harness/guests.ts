import { join } from 'node:path';

import type { ICredentialType, INodeType } from 'n8n-workflow';

import type { VendorRecord } from '../../nodes/kit/record';
import type { SimulatorDefinition } from '../simulator/definition';

/** A vendor that is no part of the package. */
export interface Guest {
	node: INodeType;
	credentialType: ICredentialType;
	record: VendorRecord;
	simulator: SimulatorDefinition;
}

/** Vendors that the suite goes through in the place of the package's own: `GUESTS` in the environment names the folder below test/ that has them. */
export function guests(): Guest[] {
	const { GUESTS: folder } = process.env;
	return folder ? (require(join(__dirname, '..', folder)) as { guests: Guest[] }).guests : [];
}
