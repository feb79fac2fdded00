import mapValues from 'lodash/mapValues';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { simulatorOf } from '../simulator';
import type { Holding, RunningSimulator } from '../simulator/definition';
import type { ReceivedRequest, SimulatorServer } from '../simulator/server';
import { singleNodeWorkflow } from './engine';
import { EngineProcess, type DistantRun, type RunEnd } from './engineProcess';
import { ERROR_OUTPUT, failed, succeeded, type Subject } from './subject';

/** A run at one vendor. */
export interface Flow {
	credentialType: string;
	/** Brings the vendor to where the run starts. */
	prepare?(): void;
	parameters: INodeParameters;
	items: INodeExecutionData[];
}

/** At which request of a run the process dies, and what has become of that request. */
export interface Moment {
	/** From 1, sign-ins included. */
	request: number;
	/** It has arrived, and nothing has been done; or it has been carried out, and not answered. */
	stage: 'arrived' | 'handled';
}

/** A run that was killed, and then repeated. */
export interface Story {
	moment: Moment;
	/** What the killed run has left behind: its log, what reached the vendor, what was answered, what the vendor holds. */
	killed: Ending & { logs: string[]; answered: ReceivedRequest[] };
	repeated: Ending & RunEnd;
}

/** How things stand at the vendor after a run. */
interface Ending {
	requests: ReceivedRequest[];
	holdings: Holding[];
}

/** A run that nothing has disturbed, and the same run killed at every moment that it has. */
export interface Stories {
	undisturbed: Ending & RunEnd;
	stories: Story[];
}

/**
 * Between the kill and the repeat: n8n has to come up again, and somebody has to notice. Vendors' times are in whole
 * seconds, and tell what was there before from what is new.
 */
const LATER_MS = 60_000;

/** A silent vendor must not be given up before the process is killed, however slow the machine. */
const PATIENT = { timeout: 600_000 };

/**
 * Kills runs of the subject's node at every request that they send, and repeats them.
 *
 * A run has up to a hundred such moments, and a process needs seconds to load the engine. So all runs share one, as
 * executions do in n8n. Each has a vendor of its own, which falls silent when the moment has come; once all have come to
 * theirs, the process is killed. None gets beyond its moment: its vendor carries out nothing more, and answers nothing.
 * The repeats share another process, which knows nothing of what was before.
 */
export async function killAndRepeat<Name extends string>(
	subject: Subject,
	flowsAt: Record<Name, (simulator: RunningSimulator) => Flow>,
	second: EngineProcess,
): Promise<Record<Name, Stories>> {
	const scenes: Scene[] = [];
	try {
		const undisturbed = {} as Record<Name, Stories['undisturbed']>;
		for (const name of Object.keys(flowsAt) as Name[]) {
			const flowAt = flowsAt[name];
			undisturbed[name] = await runUndisturbed(subject, flowAt(subject.simulator));
			for (const moment of momentsOf(undisturbed[name].requests.length)) {
				const simulator = await simulatorOf(subject.nodeName).start();
				scenes.push({ name, moment, simulator, flow: flowAt(simulator) });
			}
		}
		const killed = await runUntilKilled(subject, scenes);
		const repeated = await later(async () => await runAgain(subject, scenes, second));
		const stories = scenes.map(({ moment }, index) => ({ moment, killed: killed[index]!, repeated: repeated[index]! }));
		return mapValues<typeof undisturbed, Stories>(undisturbed, (run, name) => ({
			undisturbed: run,
			stories: stories.filter((_story, index) => scenes[index]!.name === name),
		}));
	} finally {
		await Promise.all(scenes.map(async ({ simulator }) => await simulator.stop()));
	}
}

interface Scene {
	/** Of the flow. */
	name: string;
	moment: Moment;
	simulator: RunningSimulator;
	flow: Flow;
}

function momentsOf(requests: number): Moment[] {
	return Array.from({ length: requests }, (_, index) => index + 1).flatMap((request) => [
		{ request, stage: 'arrived' as const },
		{ request, stage: 'handled' as const },
	]);
}

async function runUndisturbed(subject: Subject, { prepare, parameters, items }: Flow): Promise<Stories['undisturbed']> {
	subject.simulator.reset();
	prepare?.();
	const result = await subject.run(items, { parameters, settings: ERROR_OUTPUT });
	return {
		...endingAt(subject.simulator),
		succeeded: succeeded(result),
		failed: failed(result),
		error: result.error?.message ?? null,
	};
}

async function runUntilKilled(subject: Subject, scenes: Scene[]): Promise<Array<Story['killed']>> {
	const process = await EngineProcess.start();
	const runs = scenes.map(({ moment, simulator, flow }) => {
		flow.prepare?.();
		const silence = fallSilentAt(simulator.server, moment);
		return { silence, run: startRun(subject, simulator, flow, process) };
	});
	await Promise.all(
		runs.map(async ({ silence, run }) => {
			const early = run.ended.then(() => Promise.reject(new Error('A run has ended before the moment had come')));
			await Promise.race([silence.begun, early]);
		}),
	);
	await process.kill();
	return runs.map(({ silence, run }, index) => {
		const { simulator } = scenes[index]!;
		return { ...endingAt(simulator), logs: run.logs, answered: silence.answered };
	});
}

async function runAgain(subject: Subject, scenes: Scene[], process: EngineProcess): Promise<Array<Story['repeated']>> {
	return await Promise.all(
		scenes.map(async ({ simulator, flow }) => {
			simulator.server.clear();
			const end = await startRun(subject, simulator, flow, process).ended;
			return { ...endingAt(simulator), ...end };
		}),
	);
}

function startRun(
	{ nodeName }: Subject,
	{ credentials }: RunningSimulator,
	{ credentialType, parameters, items }: Flow,
	process: EngineProcess,
): DistantRun {
	const options = { ...(parameters.options as INodeParameters), ...PATIENT };
	const workflow = singleNodeWorkflow(nodeName, credentialType, { ...parameters, options }, ERROR_OUTPUT);
	return process.run({ workflow, items, credentials });
}

function endingAt({ server, holdings }: RunningSimulator): Ending {
	return { requests: [...server.requests], holdings: structuredClone(holdings()) };
}

/** Lets a vendor fall silent for good. `answered`: the requests before. */
function fallSilentAt(
	server: SimulatorServer,
	{ request: place, stage }: Moment,
): { begun: Promise<void>; answered: ReceivedRequest[] } {
	const answered: ReceivedRequest[] = [];
	let arrived = 0;
	let isSilent = false;
	let last: ReceivedRequest | undefined;
	const begun = new Promise<void>((begin) => {
		const fallSilent = async () => {
			isSilent = true;
			begin();
			await new Promise(() => {});
		};
		server.plan({
			times: Infinity,
			onArrival: async (request) => {
				arrived += 1;
				if (arrived === place) last = request;
				if (isSilent || (request === last && stage === 'arrived')) await fallSilent();
			},
			onHandled: async (request) => {
				if (isSilent || request === last) await fallSilent();
				answered.push(request);
			},
		});
	});
	return { begun, answered };
}

/** Does something when the vendors’ clocks have moved on. */
async function later<T>(act: () => Promise<T>): Promise<T> {
	const { now } = Date;
	// No mock: it would keep every call.
	Date.now = () => now() + LATER_MS;
	try {
		return await act();
	} finally {
		Date.now = now;
	}
}
