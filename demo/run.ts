import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Engine, type RunResult, type WorkflowJson } from '../test/harness/engine';
import { loadPackageTypes, manifest, packageRoot } from '../test/harness/packageTypes';
import { simulatorOf, startSimulators } from '../test/simulator';
import type { RunningSimulator } from '../test/simulator/definition';
import type { INode, INodeExecutionData, ITaskData } from 'n8n-workflow';

import { closingTable, stepLine, type Step } from './report';

/** A workflow as n8n exports it, with the data that is pinned to its trigger. */
interface PinnedWorkflow extends WorkflowJson {
	pinData: Record<string, INodeExecutionData[]>;
}

const workflow = JSON.parse(
	readFileSync(join(packageRoot, 'workflows', 'rotate-everywhere.json'), 'utf8'),
) as PinnedWorkflow;
const [trigger] = Object.keys(workflow.pinData) as [string];
const vendorNodes = workflow.nodes.filter(({ type }) => type.startsWith(`${manifest.name}.`));

/** The node on the error branches. */
const ERROR_BRANCH = 'Tell Someone';
const LAST_NODE = 'Rotated Everywhere';

async function main(): Promise<void> {
	const types = loadPackageTypes('dist');
	const engine = new Engine(types);
	const simulators = await startSimulators(types.nodes.keys());
	try {
		const faults = [
			...(await rotateEverywhere(engine, simulators)),
			...(await rotateWithRefusal(engine, simulators)),
		];
		for (const fault of faults) console.error(`NOT AS IT SHOULD BE: ${fault}`);
		if (faults.length > 0) process.exitCode = 1;
		else console.log('Both runs went as they should.');
	} finally {
		await Promise.all([...simulators.values()].map(async (simulator) => await simulator.stop()));
	}
}

/** One item becomes one rotation at every vendor. Returns what is not as it should be. */
async function rotateEverywhere(engine: Engine, simulators: Map<string, RunningSimulator>): Promise<string[]> {
	console.log('\nOne new secret, pushed to every vendor in a chain\n');
	const { result, steps } = await run(engine, simulators);
	console.log(`\n${closingTable(steps)}\n`);

	const faults = vendorNodes.flatMap((node) => {
		const step = steps.find(({ nodeName }) => nodeName === node.name);
		if (step?.outcome !== 'updated') return [`${node.name} ended as ${step?.outcome ?? 'not run'}`];
		const { simulator, updateCase, sendsSecret } = vendorOf(node, simulators);
		const stored = updateCase.storedSecrets(step.credential);
		if (sendsSecret && !stored.includes(newSecret())) {
			return [`${node.name} does not hold the new secret`];
		}
		return simulator.server.requests.length === 0 ? [`${node.name} sent nothing`] : [];
	});
	if (result.output(LAST_NODE).length !== 1) faults.push('the chain did not reach its end with one item');
	if (JSON.stringify(steps.map(({ output }) => output)).includes(newSecret())) faults.push('the secret is in an output');
	return faults;
}

/** The same run, but the connector behind DX refuses the secret: the chain takes its error branch. */
async function rotateWithRefusal(engine: Engine, simulators: Map<string, RunningSimulator>): Promise<string[]> {
	console.log('\nThe same, but the connector behind DX refuses the new secret\n');
	simulators.forEach((simulator) => simulator.reset());
	const refusing = simulators.get('dx');
	refusing?.refuseSecrets?.();
	const { result, steps } = await run(engine, simulators);
	console.log(`\n${closingTable(steps)}\n`);

	const faults: string[] = [];
	const told = result.output(ERROR_BRANCH);
	const error = told[0]?.json.error as { code?: string; vendor?: string; applied?: string } | undefined;
	if (told.length !== 1 || error?.vendor !== 'dx' || error.code !== 'verificationFailed' || error.applied !== 'no') {
		faults.push('the error branch was not told of a refusal by DX');
	}
	const refused = steps.at(-1)!;
	const refusedNode = vendorNodes.find(({ name }) => name === refused.nodeName)!;
	if (vendorOf(refusedNode, simulators).updateCase.storedSecrets(refused.credential).includes(newSecret())) {
		faults.push(`${refused.nodeName} holds the secret that its connector refused`);
	}
	if (result.output(LAST_NODE).length > 0) faults.push('the chain went on after the refusal');
	return faults;
}

async function run(engine: Engine, simulators: Map<string, RunningSimulator>) {
	const credentials = new Map(
		[...simulators.values()].flatMap(({ credentials: data }) => Object.entries(structuredClone(data))),
	);
	const steps: Step[] = [];
	const result: RunResult = await engine.run({
		// The workflow names its credentials as a user would; here each is found by its type.
		workflow: { ...workflow, nodes: workflow.nodes.map(withCredentialIds) },
		start: trigger,
		items: structuredClone(workflow.pinData[trigger]!),
		credentials,
		onNode: (event, nodeName, data) => {
			if (event !== 'after' || data === undefined || !isVendorNode(nodeName)) return;
			const step = stepOf(nodeName, data);
			steps.push(step);
			console.log(stepLine(step));
		},
	});
	return { result, steps };
}

function withCredentialIds(node: INode): INode {
	const credentials = Object.entries(node.credentials ?? {}).map(([type, { name }]) => [type, { id: type, name }]);
	return { ...node, ...(node.credentials ? { credentials: Object.fromEntries(credentials) as INode['credentials'] } : {}) };
}

function isVendorNode(nodeName: string): boolean {
	return vendorNodes.some(({ name }) => name === nodeName);
}

function stepOf(nodeName: string, data: ITaskData): Step {
	const output = data.data?.main?.flatMap((items) => items ?? []) ?? [];
	const json = (output[0]?.json ?? {}) as Record<string, never>;
	return { nodeName, output, ...summary(json), milliseconds: data.executionTime };
}

function summary(json: {
	id?: string;
	outcome?: string;
	verification?: { status: string; method: string };
	meta?: { requests: number };
	error?: { id: string; code: string; applied: string; message: string; attempts: number };
}): Pick<Step, 'credential' | 'outcome' | 'verification' | 'requests' | 'remark'> {
	const { error } = json;
	if (error !== undefined) {
		return {
			credential: error.id,
			outcome: error.code,
			verification: `applied: ${error.applied}`,
			requests: error.attempts,
			remark: error.message,
		};
	}
	return {
		credential: json.id ?? '',
		outcome: json.outcome ?? '',
		verification: `${json.verification?.status} (${json.verification?.method})`,
		requests: json.meta?.requests ?? 0,
		remark: null,
	};
}

function vendorOf(node: INode, simulators: Map<string, RunningSimulator>) {
	const nodeName = node.type.slice(manifest.name.length + 1);
	const simulator = simulators.get(nodeName)!;
	const [credentialType] = Object.keys(node.credentials ?? {});
	const [caseName, updateCase] = Object.entries(simulator.updates).find(
		([, each]) => each.credentialType === credentialType,
	)!;
	return { simulator, updateCase, sendsSecret: simulatorOf(nodeName).updateTraits[caseName]!.sendsSecret };
}

function newSecret(): string {
	return String(workflow.pinData[trigger]?.[0]?.json.newSecret);
}

void main();
