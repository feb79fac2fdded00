import minBy from 'lodash/minBy';

import type { Bounds } from './jobs';
import { compare, CPU, decimal, MEMORY, RATIO, spreadOf, STORED, WALL, written, type Measure, type Result } from './summary';

/** What the package sets itself, and how it came out. */
export interface Verdict {
	goal: string;
	measured: string;
	isKept: boolean;
}

/** Above the limit’s own time, at most. */
const LIMIT_BOUND = 1.1;

/** A cost grows evenly when so many times the items take no more than so many times as much, and this. */
const GROWTH_BOUND = 1.1;

/** Growth is looked at from here on: with fewer items, what a run takes by itself is most of it. */
const FEWEST_FOR_GROWTH = 1_000;

export function verdictsOf(results: Result[]): Verdict[] {
	const own = results.filter(({ subject }) => subject.side === 'own');
	return [
		...none('No item is lost', own, ({ fates }) => fates.lost),
		...none('No credential is changed twice', own, ({ fates }) => fates.repeated),
		...none('No result says that something was changed which was not', own, ({ fates }) => fates.untrue),
		...none('With a stored secret, no secret is in the stored execution', own.filter(({ subject }) => subject.secretFrom === 'stored'), ({ storedSecrets }) => storedSecrets),
		...own.filter(({ job }) => job.windows.length > 0).map(underLimit),
		...own.filter(({ subject }) => subject.key === 'own').flatMap((equal) => withinBounds(equal, results)),
		...growth(own.filter(({ job, subject }) => job.bounds !== undefined && job.items >= FEWEST_FOR_GROWTH && subject.key === 'own')),
	];
}

/** The measures that bounds are set for. */
const BOUND: Record<keyof Bounds, Measure> = { cpu: CPU, wall: WALL, memory: MEMORY, stored: STORED };

/** Against the setting of the HTTP Request node that was the fastest of those that did the whole job. */
function withinBounds(own: Result, results: Result[]): Verdict[] {
	const { job } = own;
	const peers = results.filter((result) => result.job === job && result.subject.key.startsWith('http') && result.runs.every(({ fates }) => fates.done === job.items));
	const peer = minBy(peers, (each) => spreadOf(each, WALL.of).median);
	if (peer === undefined) return [];
	return (Object.keys(job.bounds ?? {}) as Array<keyof Bounds>).map((name) => {
		const [measure, bound] = [BOUND[name], job.bounds![name]!];
		const [mine, theirs] = [own, peer].map((each) => spreadOf(each, measure.of).median / measure.unit) as [number, number];
		const times = mine / theirs;
		return {
			goal: `${job.title}, equal work: ${nameOf(measure)} at most ${bound} times that of “${peer.subject.title}”`,
			measured: `${decimal(times, 2)} (${decimal(mine, measure.digits)} to ${decimal(theirs, measure.digits)}${unitOf(measure)})`,
			isKept: times <= bound,
		};
	});
}

function none(goal: string, results: Result[], count: (run: Result['runs'][number]) => number): Verdict[] {
	if (results.length === 0) return [];
	const runs = results.flatMap((result) => result.runs.map((run) => ({ result, run })));
	const hits = runs.filter(({ run }) => count(run) > 0).map(({ result, run }) => `${count(run)} in ${result.job.title} (${result.subject.title})`);
	return [{ goal, measured: hits.length === 0 ? `none (${runs.length} ${runs.length === 1 ? 'run' : 'runs'})` : hits.join('; '), isKept: hits.length === 0 }];
}

function underLimit(result: Result): Verdict {
	const ratio = spreadOf(result, RATIO.of);
	return {
		goal: `${result.job.title}, ${result.subject.title}: at most ${LIMIT_BOUND} times the limit’s own time`,
		measured: written(ratio, RATIO),
		isKept: ratio.median <= LIMIT_BOUND,
	};
}

/** “wall time, s” is a measure and its unit. */
const nameOf = ({ name }: Measure) => name.split(', ')[0]!;
const unitOf = ({ name }: Measure) => ` ${name.split(', ')[1] ?? ''}`.trimEnd();

/** From the smallest job to the largest. */
function growth(results: Result[]): Verdict[] {
	const sorted = [...results].sort((a, b) => a.job.items - b.job.items);
	const [small, large] = [sorted[0], sorted.at(-1)];
	if (small === undefined || large === undefined || small === large) return [];
	const most = (large.job.items / small.job.items) * GROWTH_BOUND;
	return [CPU, MEMORY].map((measure) => {
		const times = spreadOf(large, measure.of).median / spreadOf(small, measure.of).median;
		return {
			goal: `From ${small.job.items.toLocaleString('en')} to ${large.job.items.toLocaleString('en')} updates, equal work: ${nameOf(measure)} at most ${decimal(most, 1)} times as much`,
			measured: `${decimal(times, 1)} times`,
			isKept: times <= most,
		};
	});
}

/** What is better and what is worse than each of the others, in a sentence for each. */
export function comparisonsOf(results: Result[]): string[] {
	const own = results.find(({ subject }) => subject.key === 'own');
	if (own === undefined) return [];
	return results.filter(({ subject }) => subject.side === 'peer').map((peer) => comparison(own, peer));
}

function comparison(own: Result, peer: Result): string {
	const better: string[] = [];
	const worse: string[] = [];
	const same: string[] = [];
	for (const measure of [WALL, CPU, MEMORY, STORED]) {
		const [mine, theirs] = [spreadOf(own, measure.of), spreadOf(peer, measure.of)];
		const name = nameOf(measure);
		const [shownMine, shownTheirs] = [mine, theirs].map(({ median }) => decimal(median / measure.unit, measure.digits));
		const text = `${name} ${shownMine} instead of ${shownTheirs}${unitOf(measure)}`;
		const order = compare(mine, theirs);
		(order === 'less' ? better : order === 'more' ? worse : same).push(order === 'same' ? name : text);
	}
	const counts: Array<[string, (run: Result['runs'][number]) => number]> = [
		['items without result or error', ({ fates }) => fates.lost],
		['items failed', ({ fates }) => fates.failed],
		['credentials changed more than once', ({ fates }) => fates.repeated],
		['results that are not true', ({ fates }) => fates.untrue],
		['answers 429', ({ throttled }) => throttled],
	];
	for (const [name, count] of counts) {
		const [mine, theirs] = [spreadOf(own, count).median, spreadOf(peer, count).median];
		if (mine !== theirs) (mine < theirs ? better : worse).push(`${name}: ${mine} instead of ${theirs}`);
	}
	for (const key of ['nodes', 'fields'] as const) {
		const [mine, theirs] = [own.steps[key], peer.steps[key]];
		if (mine !== theirs) (mine < theirs ? better : worse).push(`${key} to build: ${mine} instead of ${theirs}`);
	}
	const parts = [
		worse.length > 0 ? `**worse** ${worse.join(', ')}` : '',
		better.length > 0 ? `**better** ${better.join(', ')}` : '',
		same.length > 0 ? `no difference beyond the spread in ${same.join(', ')}` : '',
	];
	const done = spreadOf(peer, ({ fates }) => fates.done).median;
	const undone = done < peer.job.items ? `, which does ${done} of ${peer.job.items}` : '';
	return `${own.subject.title}, against ${peer.subject.title}${undone}: ${parts.filter(Boolean).join('; ')}.`;
}
