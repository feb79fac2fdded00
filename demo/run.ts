import { isDeepStrictEqual } from 'node:util';

import { runExample, type ExampleRun } from '../test/harness/exampleRun';
import { heldSecrets, loadExample, nodeName, ownNodes, withSecret } from '../test/harness/examples';
import { loadPackageTypes } from '../test/harness/packageTypes';
import { startSimulators } from '../test/simulator';
import type { RunningSimulator } from '../test/simulator/definition';
import type { ITaskData } from 'n8n-workflow';

import { closingTable, stepLine, type Step } from './report';

const NEW_SECRET = '8xK!example-new-secret-2b7';

const workflow = loadExample('rotate-everywhere.json');
const vendorNodes = ownNodes(workflow);
const forward = vendorNodes.filter(({ name }) => !name.startsWith('Put Back'));
const types = loadPackageTypes('dist');

const LAST_NODE = 'Rotated Everywhere';

async function main(): Promise<void> {
	const simulators = await startSimulators(types.nodes.keys());
	try {
		const faults = [...(await rotateEverywhere(simulators)), ...(await rotateWithRefusal(simulators))];
		for (const fault of faults) console.error(`NOT AS IT SHOULD BE: ${fault}`);
		if (faults.length > 0) process.exitCode = 1;
		else console.log('Both runs went as they should.');
	} finally {
		await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));
	}
}

/** One stored secret goes through the chain. Returns what is not as it should be. */
async function rotateEverywhere(simulators: Map<string, RunningSimulator>): Promise<string[]> {
	console.log('\nOne new secret, through a chain of vendors (Commerce Layer makes its secrets itself, and notes the date)\n');
	const wanted = withSecret(heldSecrets(simulators), NEW_SECRET);
	const { result, steps } = await run(simulators);
	console.log(`\n${closingTable(steps)}\n`);

	const faults = forward.flatMap((node) => {
		const step = steps.find(({ nodeName: name }) => name === node.name);
		if (step?.outcome !== 'updated') return [`${node.name} ended as ${step?.outcome ?? 'not run'}`];
		return simulators.get(nodeName(node))!.server.requests.length === 0 ? [`${node.name} sent nothing`] : [];
	});
	if (!isDeepStrictEqual(heldSecrets(simulators), wanted)) faults.push('a vendor does not hold the new secret');
	if (result.output(LAST_NODE).length !== 1) faults.push('the chain did not reach its end with one item');
	if (steps.length !== forward.length) faults.push('something was put back');
	return [...faults, ...leaks(result)];
}

/** The same run, but the connector behind DX refuses the secret: the old one is put back wherever it was changed. */
async function rotateWithRefusal(simulators: Map<string, RunningSimulator>): Promise<string[]> {
	console.log('\nThe same, but the connector behind DX refuses the new secret: the old one is put back\n');
	simulators.forEach((simulator) => simulator.reset());
	simulators.get('dx')?.refuseSecrets?.();
	const before = heldSecrets(simulators);
	const { result, sent, steps } = await run(simulators);
	console.log(`\n${closingTable(steps)}\n`);
	const told = sent.map((body) => (JSON.parse(body) as { text: string }).text);
	console.log(`Someone would be told:\n${told.join('\n').replace(/^/gm, '  ')}\n`);

	const faults: string[] = [];
	if (told.length !== 1 || !told[0]!.startsWith('Rotation stopped at dx')) faults.push('nobody was told of a refusal by DX');
	if (!isDeepStrictEqual(heldSecrets(simulators), before)) faults.push('a vendor does not hold the old secret');
	if (!steps.some(({ nodeName: name, outcome }) => name === 'Put Back Adobe' && outcome === 'updated')) faults.push('nothing was put back');
	if (result.output(LAST_NODE).length > 0) faults.push('the chain went on after the refusal');
	return [...faults, ...leaks(result)];
}

function leaks({ run }: ExampleRun['result']): string[] {
	return JSON.stringify(run).includes(NEW_SECRET) ? ['the secret is in what n8n would keep of the run'] : [];
}

async function run(simulators: Map<string, RunningSimulator>) {
	const steps: Step[] = [];
	const { result, sent } = await runExample(types, workflow, simulators, NEW_SECRET, { onNode: (event, name, data) => {
		if (event !== 'after' || data === undefined || !isVendorNode(name)) return;
		const step = stepOf(name, data);
		steps.push(step);
		console.log(stepLine(step));
	} });
	return { result, sent, steps };
}

function isVendorNode(wanted: string): boolean {
	return vendorNodes.some(({ name }) => name === wanted);
}

function stepOf(name: string, data: ITaskData): Step {
	const [item] = data.data?.main?.flatMap((items) => items ?? []) ?? [];
	const json = (item?.json ?? {}) as Record<string, never>;
	return { nodeName: name, ...summary(json), milliseconds: data.executionTime };
}

function summary(json: {
	id?: string;
	outcome?: string;
	verification?: string;
	message?: string | null;
	error?: { id: string; code: string; applied: string; message: string };
}): Omit<Step, 'nodeName' | 'milliseconds'> {
	const { error } = json;
	if (error !== undefined) {
		return {
			credential: error.id,
			outcome: 'failed',
			verification: '',
			code: error.code,
			applied: error.applied,
			message: error.message,
			isFailed: true,
		};
	}
	return {
		credential: json.id ?? '',
		outcome: json.outcome ?? '',
		verification: json.verification ?? '',
		code: '',
		applied: '',
		message: json.message ?? '',
		isFailed: false,
	};
}

void main();
