import { dirname, join } from 'node:path';

import type { ICredentialType } from 'n8n-workflow';

import type { VendorRecord } from '../nodes/kit/record';
import type { Messages } from '../nodes/kit/sentences';
import { manifest, packageRoot, type PackageTypes } from '../test/harness/packageTypes';
import type { VendorWords } from './troubleshooting';

/** What each vendor of the package says of its own: in its folder, and in the tests of its credential types. */
export function vendorWords({ nodes, credentials }: PackageTypes): VendorWords[] {
	return manifest.n8n.nodes.map((file) => {
		const folder = dirname(join(packageRoot, file.replace(/^dist\//, '')));
		const [record] = Object.values(require(join(folder, 'record')) as Record<string, VendorRecord>) as [VendorRecord];
		const { MESSAGES: messages } = require(join(folder, 'messages')) as { MESSAGES: Messages };
		const types = (nodes.get(record.name)?.description.credentials ?? []).map(({ name }) => credentials.get(name)!);
		return { record, messages, tests: types.flatMap(messagesOfTest) };
	});
}

function messagesOfTest({ test }: ICredentialType): string[] {
	return (test?.rules ?? []).map(({ properties }) => String(properties.message));
}
