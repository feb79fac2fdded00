// Writes what is generated, builds, and runs what concerns one node alone: npm run check -- <node name>
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (tool) => join(root, 'node_modules', tool);

/** n8n knows a node by a name that its file has with a capital letter. A trigger goes with its node. */
function nodeNames() {
	const { n8n } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	const files = n8n.nodes.map((file) => basename(file, '.node.js'));
	return files.filter((name) => !name.endsWith('Trigger')).map((name) => name[0].toLowerCase() + name.slice(1));
}

/** The only argument, where it is the name of a node; else says what there is, and ends. */
function chosenNode(args) {
	const names = nodeNames();
	if (args.length === 1 && names.includes(args[0])) return args[0];
	console.error(`Name one node: npm run check -- <node name>. There are ${names.join(', ')}.`);
	process.exit(1);
}

/** Runs a command of this repository to its end, and says whether that was a good one. */
async function run(command, args, env = {}) {
	const child = spawn(process.execPath, [command, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
	return (await new Promise((resolve) => child.on('close', resolve))) === 0;
}

const jest = async (...args) => await run(bin('jest/bin/jest.js'), args, { VENDOR: node });

/** What is generated, the package with it, and what is told by those. */
async function builds() {
	const isWritten = await run(join(root, 'docs/write.cjs'), []);
	// npm says where it is to what it runs.
	const isBuilt = isWritten && (await run(process.env.npm_execpath, ['run', 'build', '--silent']));
	return isBuilt && (await jest('--runInBand', 'test/package.test.ts', 'test/docs.test.ts', 'test/fillIn.test.ts'));
}

/** What is tried on the source alone. */
async function behaves() {
	return await jest('--maxWorkers=2', 'test/contract/', `test/vendors/${node}(Trigger)?.test.ts`, 'test/simulators.test.ts', 'test/house.test.ts');
}

const node = chosenNode(process.argv.slice(2));
const outcomes = await Promise.all([builds(), behaves()]);
const isGood = outcomes.every(Boolean);
console.log(isGood ? `${node} is in order.` : `${node} is not in order yet: see above.`);
process.exitCode = isGood ? 0 : 1;
