import type { INodeParameters } from 'n8n-workflow';

import { loadPackageTypes } from '../../harness/packageTypes';
import { simulatorOf, startSimulators } from '../../simulator';
import type { ResourceCase, RunningSimulator, UpdateCase, UpdateTraits } from '../../simulator/definition';
import type { ReceivedRequest } from '../../simulator/server';

/** The built package's node and credential types. */
export const types = loadPackageTypes('dist');

/** One way of updating at a vendor that runs: one for each version of its API. */
export interface VendorCase {
	name: string;
	nodeName: string;
	simulator: RunningSimulator;
	traits: UpdateTraits;
	update: UpdateCase;
	resource: ResourceCase;
	/** Requests that the vendor has received, sign-ins not among them. */
	requests(): ReceivedRequest[];
}

/** Every vendor that the package has a node for, running on loopback. */
export interface Vendors {
	simulators: Map<string, RunningSimulator>;
	/** Credential data by type, with which the nodes sign in. */
	credentials: RunningSimulator['credentials'];
	cases: VendorCase[];
	reset(): void;
	stop(): Promise<void>;
}

export async function startVendors(): Promise<Vendors> {
	const simulators = await startSimulators(types.nodes.keys());
	const all = [...simulators.values()];
	return {
		simulators,
		credentials: Object.assign({}, ...all.map(({ credentials }) => credentials)) as Vendors['credentials'],
		cases: [...simulators].flatMap(([nodeName, simulator]) => casesOf(nodeName, simulator)),
		reset: () => all.forEach((simulator) => simulator.reset()),
		stop: async () => void (await Promise.all(all.map(async (simulator) => await simulator.stop()))),
	};
}

/** The names of the cases, for declaring tests before any vendor runs. */
export const CASE_NAMES = [...types.nodes.keys()].flatMap((nodeName) => Object.keys(simulatorOf(nodeName).updateTraits));

function casesOf(nodeName: string, simulator: RunningSimulator): VendorCase[] {
	return Object.entries(simulatorOf(nodeName).updateTraits).map(([name, traits]) => {
		const update = simulator.updates[name]!;
		return {
			name,
			nodeName,
			simulator,
			traits,
			update,
			resource: simulator.resources[name]!,
			requests: () => simulator.server.requests.filter((request) => !(update.isSignIn?.(request) ?? false)),
		};
	});
}

/** The case of that name. */
export function caseOf({ cases }: Vendors, name: string): VendorCase {
	return cases.find((each) => each.name === name)!;
}

/** The parameters with these added to the options collection. */
export function withOptions(parameters: INodeParameters, options: INodeParameters): INodeParameters {
	return { ...parameters, options: { ...(parameters.options as INodeParameters), ...options } };
}
