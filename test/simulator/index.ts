import { guests } from '../harness/guests';
import type { RunningSimulator, SimulatorDefinition } from './definition';

/** The simulator of a node's vendor: the file beside this one that is named for the node, or what a guest brings. */
export function simulatorOf(nodeName: string): SimulatorDefinition {
	const guest = guests().find(({ record }) => record.name === nodeName);
	if (guest !== undefined) return guest.simulator;
	const { simulator } = require(`./${nodeName}`) as { simulator: SimulatorDefinition };
	return simulator;
}

/** Starts every named vendor in this process, each on a port of its own. */
export async function startSimulators(nodeNames: Iterable<string>): Promise<Map<string, RunningSimulator>> {
	const started = [...nodeNames].map(
		async (name) => [name, await simulatorOf(name).start()] as const,
	);
	return new Map(await Promise.all(started));
}
