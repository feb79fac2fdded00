import { SimulatorServer, type Answer } from '../simulator/server';

/** A server that stands beside the vendor, and its address. */
export interface OtherServer {
	server: SimulatorServer;
	url: string;
}

/**
 * Starts servers that give one answer to whatever they are asked, and stops them after the test that wanted them, passed
 * or not: one that goes on listening keeps jest from ending.
 */
export function useServers(): (answer: Answer) => Promise<OtherServer> {
	const started: SimulatorServer[] = [];
	afterEach(async () => {
		await Promise.all(started.splice(0).map(async (server) => await server.close()));
	});
	return async (answer) => {
		const server = new SimulatorServer([], () => answer);
		started.push(server);
		return { server, url: await server.listen() };
	};
}
