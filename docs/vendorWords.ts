import { dirname, join } from 'node:path';

import uniq from 'lodash/uniq';
import type { ICredentialType } from 'n8n-workflow';

import type { VendorRecord } from '../nodes/kit/record';
import type { Messages } from '../nodes/kit/sentences';
import { manifest, packageRoot, type PackageTypes } from '../test/harness/packageTypes';
import type { VendorWords } from './troubleshooting';

/** What each vendor of the package says of its own: in its folder, and in the tests of the credential types that its requests are signed with. */
export function vendorWords({ nodes, credentials }: PackageTypes): VendorWords[] {
	// Node and trigger of a vendor share a folder.
	const folders = uniq(manifest.n8n.nodes.map((file) => dirname(join(packageRoot, file.replace(/^dist\//, '')))));
	return folders.map((folder) => {
		const [record] = Object.values(require(join(folder, 'record')) as Record<string, VendorRecord>) as [VendorRecord];
		const { MESSAGES: messages } = require(join(folder, 'messages')) as { MESSAGES: Messages };
		// Those that may be left empty are another vendor's, or hold stored secrets.
		const own = (nodes.get(record.name)?.description.credentials ?? []).filter(({ required }) => required);
		const types = own.map(({ name }) => credentials.get(name)!);
		return { record, messages, tests: uniq(types.flatMap(messagesOfTest)) };
	});
}

function messagesOfTest({ test }: ICredentialType): string[] {
	return (test?.rules ?? []).map(({ properties }) => String(properties.message));
}
