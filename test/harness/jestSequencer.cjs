// The order of the test files. jest goes by how long they took the last time; where that is not known, as after a fresh
// clone, the longest ones come first all the same: one that begins last would keep a single worker busy at the end.
const { default: Sequencer } = require('@jest/test-sequencer');

/** From the longest on; all others take seconds. */
const LONGEST = ['kill', 'attackSecrets', 'attack', 'unpublishedLimits', 'faults', 'attackItems', 'attackLists', 'memory', 'storedSecret', 'suite'];

module.exports = class extends Sequencer {
	sort(tests) {
		const rank = ({ path, duration }) => {
			const place = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
			return duration > 0 || place < 0 ? LONGEST.length : place;
		};
		return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
	}
};
