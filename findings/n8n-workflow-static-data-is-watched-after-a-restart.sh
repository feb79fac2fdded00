#!/usr/bin/env bash
# n8n-workflow 2.41.0 (Node 20), the static data in which triggers of n8n keep what they know between two polls.
#
# n8n saves it when its flag __dataChanged is set. One would expect a node that keeps an object there and adds to it to be
# treated alike at every poll. Whether a change inside of that object sets the flag depends on how the object came there: what was
# in the data when they were loaded is watched at every depth; what has been assigned since is watched at its
# assignment alone. So a node that does "data.seen ??= {}" once and "data.seen[id] = true" from then on is saved at its first
# poll, is not saved at any other for as long as the process lives, and is saved each time after a restart. What it has learnt
# meanwhile is lost with the process, and everything it has seen comes again.
#
# The script makes three polls of such a node with the same data, as one process does; loads the data from what was saved, as a
# restart does; makes two more; and prints after each whether it would be saved.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install n8n-workflow@2.41.0 --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
const { Workflow } = require('n8n-workflow');

const node = { id: '1', name: 'Poll', type: 'poll', typeVersion: 1, position: [0, 0], parameters: {} };
const nodeTypes = { getByNameAndVersion: () => ({ description: { properties: [] } }) };
const load = (stored) => new Workflow({ id: '1', nodes: [node], connections: {}, active: true, nodeTypes, staticData: JSON.parse(stored) });

function poll(workflow, id) {
	const data = workflow.getStaticData('node', node);
	data.seen ??= {};
	data.seen[id] = true;
}

let stored = '{}';
let count = 0;
function pollsIn(name, times) {
	const workflow = load(stored);
	for (let round = 0; round < times; round += 1) {
		workflow.staticData.__dataChanged = false;
		poll(workflow, `item-${(count += 1)}`);
		const isSaved = workflow.staticData.__dataChanged;
		if (isSaved) stored = JSON.stringify(workflow.staticData);
		console.log(`${name}, poll ${round + 1}: ${isSaved ? 'saved' : 'not saved'}, stored: ${stored}`);
	}
}

pollsIn('first process', 3);
pollsIn('after a restart', 2);
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
first process, poll 1: saved, stored: {"node:Poll":{"seen":{"item-1":true}}}
first process, poll 2: not saved, stored: {"node:Poll":{"seen":{"item-1":true}}}
first process, poll 3: not saved, stored: {"node:Poll":{"seen":{"item-1":true}}}
after a restart, poll 1: saved, stored: {"node:Poll":{"seen":{"item-1":true,"item-4":true}}}
after a restart, poll 2: saved, stored: {"node:Poll":{"seen":{"item-1":true,"item-4":true,"item-5":true}}}
TXT
diff expected.txt seen.txt
echo 'As described.'
