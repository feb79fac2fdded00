import mean from 'lodash/mean';
import type { INodeParameters } from 'n8n-workflow';

import { Engine, probed, singleNodeWorkflow, storeOf } from '../test/harness/engine';
import { TriggerHost } from '../test/harness/triggerHost';
import { types, withSkippedWaits } from './engine';
import { startVendor } from './vendor';

/** As many as a trigger watches. */
const CREDENTIALS = 5_000;

/** Milliseconds that each answer takes: 25 credentials a page are 200 answers, one after the other. */
const LATENCY_MS = 50;

const ROUNDS = 3;

const TRIGGER = 'commerceLayerTrigger';
const NODE = 'commerceLayer';
const CREDENTIAL_TYPE = 'commerceLayerApi';

const LIST: INodeParameters = { resource: 'credential', operation: 'getAll', returnAll: true, filters: {}, options: {} };
const WATCH: INodeParameters = { events: ['created', 'changed', 'deleted'], filters: {}, options: {} };

/** What a poll takes beside Get Many over the same list. */
export interface PollCost {
	/** CPU time of a poll that has nothing to tell, to that of Get Many. */
	ratio: number;
	/** Of the longest poll, from its beginning to its end. */
	seconds: number;
}

/** Polls Commerce Layer in turns with Get Many, both once to warm up, and without the waits for its limit. */
export async function pollCost(): Promise<PollCost> {
	const vendor = await startVendor({ nodeName: NODE, credentials: CREDENTIALS, latencyMs: LATENCY_MS, limits: [] });
	const engine = new Engine(types);
	const credentials = storeOf(vendor.credentials);
	const host = new TriggerHost(engine, { triggerName: TRIGGER, credentialType: CREDENTIAL_TYPE, parameters: WATCH, credentials });
	const list = async () => {
		const result = await engine.run({ workflow: probed(singleNodeWorkflow(NODE, CREDENTIAL_TYPE, LIST, {})), start: 'Start', items: [{ json: {} }], credentials });
		const { length } = result.output('Node', 0);
		if (length !== CREDENTIALS) throw new Error(`Get Many has listed ${length} of ${CREDENTIALS}.`);
	};
	const poll = async () => {
		const told = await host.tick();
		if (host.errors.length > 0) throw host.errors[0]!;
		if (told.length > 0) throw new Error(`A poll has told ${told.length} events where nothing has happened.`);
	};
	try {
		return await withSkippedWaits(async () => {
			await host.publish();
			await list();
			await poll();
			const polls: Spent[] = [];
			const lists: Spent[] = [];
			for (let round = 0; round < ROUNDS; round += 1) {
				polls.push(await spentBy(poll));
				lists.push(await spentBy(list));
			}
			const cpu = (all: Spent[]) => mean(all.map(({ cpuMs }) => cpuMs));
			return { ratio: cpu(polls) / cpu(lists), seconds: Math.max(...polls.map(({ ms }) => ms)) / 1_000 };
		});
	} finally {
		await vendor.stop();
	}
}

interface Spent {
	cpuMs: number;
	ms: number;
}

async function spentBy(act: () => Promise<void>): Promise<Spent> {
	const startedAt = performance.now();
	const before = process.cpuUsage();
	await act();
	const { user, system } = process.cpuUsage(before);
	return { cpuMs: (user + system) / 1_000, ms: performance.now() - startedAt };
}
