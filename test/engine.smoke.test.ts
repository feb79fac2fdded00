import { Engine, singleNodeWorkflow, storeOf } from './harness/engine';
import { loadPackageTypes } from './harness/packageTypes';
import { simulator } from './simulator/thousandEyes';

test('smoke', async () => {
	const sim = await simulator.start();
	const engine = new Engine(loadPackageTypes('source'));
	for (const update of sim.updates) {
		const result = await engine.run({
			workflow: singleNodeWorkflow('thousandEyes', update.credentialType, update.parameters('={{ $json.id }}', '={{ $json.secret }}')),
			start: 'Start',
			items: [{ json: { id: 405, secret: 'brand new value 1' } }, { json: { id: '999', secret: 'x' } }],
			credentials: storeOf(sim.credentials),
		});
		console.log(JSON.stringify(result.output('Success'), null, 1), result.error?.message, result.error?.description, result.logs, sim.server.requests.map(r => [r.method, r.target, r.text]));
	}
	await sim.stop();
});
