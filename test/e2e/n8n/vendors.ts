import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { loadPackageTypes } from '../../harness/packageTypes';
import { startSimulators } from '../../simulator';
import type { RunningSimulator } from '../../simulator/definition';

/** The built package's node and credential types. */
export const types = loadPackageTypes('dist');

/** Every vendor that the package has a node for, running on loopback, with the credential data for each of its types. */
export async function startVendors() {
	const simulators = await startSimulators(types.nodes.keys());
	return {
		simulators,
		credentials: Object.assign({}, ...[...simulators.values()].map(({ credentials }) => credentials)) as RunningSimulator['credentials'],
		reset: () => simulators.forEach((simulator) => simulator.reset()),
		stop: async () => void (await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()))),
	};
}

export type Vendors = Awaited<ReturnType<typeof startVendors>>;

/** The data of a credential that holds these secrets, by the vendor's names of the fields. */
export function storedSecret(values: Record<string, string>): ICredentialDataDecryptedObject {
	return Object.fromEntries(
		Object.entries(values).flatMap(([name, value], index) => [
			[`name${index + 1}`, name],
			[`value${index + 1}`, value],
		]),
	);
}
